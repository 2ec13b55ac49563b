// SPDX-License-Identifier: Apache-2.0
// Damaged bytes for the readers of foreign files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "lib/base/file.h"
#include "lib/image/decode.h"

namespace gradphoto::testing {

inline constexpr std::uint64_t kMaxSeedBytes = 1 << 20;

// One to four damages: bytes changed, a piece cut out, doubled or filled, the end cut off.
inline std::string Mutate(std::string bytes, std::mt19937& random) {
  const auto below = [&](std::size_t n) { return n == 0 ? 0 : random() % n; };
  for (std::size_t rounds = 1 + below(4); rounds > 0 && !bytes.empty(); --rounds) {
    // Headers are where readers decide how much memory to take: hit them half of the time.
    const std::size_t reach = below(2) == 0 ? std::min<std::size_t>(bytes.size(), 512) : bytes.size();
    const std::size_t at = below(reach);
    const std::size_t length = std::min(bytes.size() - at, 1 + below(64));
    switch (below(6)) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
        break;
      case 2:
        bytes.erase(at, length);
        break;
      case 3:
        bytes.insert(at, bytes.substr(at, length));
        break;
      case 4:
        bytes.replace(at, length, length, below(2) == 0 ? '\0' : '\xFF');
        break;
      default:
        bytes.resize(at);
        break;
    }
  }
  return bytes;
}

// A file to be mutated; ends the test case when it cannot be read.
inline std::string Seed(const std::filesystem::path& path) {
  auto bytes = ReadTextFile(path, kMaxSeedBytes);
  REQUIRE_MESSAGE(bytes.has_value(), path.string());
  return std::move(*bytes);
}

// Gives mutations of the seed to the reader, the same ones in every run.
template <typename Reader>
void Fuzz(const std::string& seed, int mutations, Reader&& read) {
  std::mt19937 random(20170099);
  for (int i = 0; i < mutations; ++i) {
    CAPTURE(i);
    read(Mutate(seed, random));
  }
}

// A photo is decoded within the limits, or refused with a reason.
inline void Decode(const std::string& bytes) {
  const auto photo = image::Decode(std::as_bytes(std::span(bytes)), {.max_pixels = 4'000'000});
  if (photo) {
    CHECK(photo->bgr.total() <= 4'000'000);
    CHECK(photo->bgr.type() == CV_8UC3);
  } else {
    CHECK(!photo.error().message.empty());
  }
}

}  // namespace gradphoto::testing
