// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4, by OpenSSL's libcrypto) of bytes and files, as 64 lower-case hexadecimal digits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "lib/base/error.h"

namespace gradphoto {

std::string Sha256Hex(std::span<const std::byte> bytes);
std::string Sha256Hex(std::string_view text);

// Whether the text has so many digits as the hashes here are written in, and nothing else. A name may hold the
// first few of a hash.
bool IsHashText(std::string_view text, std::size_t digits = 64);

// Reads the file in blocks, so its size does not matter. Errors: kInput when it cannot be read.
Result<std::string> Sha256File(const std::filesystem::path& path);

// HMAC-SHA-256 (RFC 2104), as 64 lower-case hexadecimal digits.
std::string HmacSha256Hex(std::string_view key, std::string_view text);

}  // namespace gradphoto
