// SPDX-License-Identifier: Apache-2.0
#include "lib/base/sha256.h"

#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <system_error>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "lib/base/file.h"

namespace gradphoto {
namespace {

std::string Hex(const std::array<unsigned char, 32>& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

class Hasher {
 public:
  Hasher() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void Update(const void* data, std::size_t size) { EVP_DigestUpdate(context_.get(), data, size); }
  std::string Finish() {
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    return Hex(digest);
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string Sha256Hex(std::span<const std::byte> bytes) {
  Hasher hasher;
  hasher.Update(bytes.data(), bytes.size());
  return hasher.Finish();
}

std::string Sha256Hex(std::string_view text) { return Sha256Hex(std::as_bytes(std::span(text))); }

bool IsHashText(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::string> Sha256File(const std::filesystem::path& path) {
  std::error_code error;  // A FIFO would block for ever.
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    return Fail(ErrorKind::kInput, path.string() + ": not a regular file");
  }
  TRY_ASSIGN(auto in, OpenForReading(path));
  Hasher hasher;
  std::array<char, 1 << 16> block{};
  while (in) {
    in.read(block.data(), block.size());
    hasher.Update(block.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return Fail(ErrorKind::kInput, path.string() + ": read error: " + SystemReason(errno));
  return hasher.Finish();
}

std::string HmacSha256Hex(std::string_view key, std::string_view text) {
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return Hex(digest);
}

}  // namespace gradphoto
