// SPDX-License-Identifier: Apache-2.0
// Zip archives as tests need them: names in any bytes, passwords, inner archives.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <zip.h>

namespace gradphoto::testing {

struct ZipPart {
  std::string name;  // UTF-8, or with `raw` the bytes as they are, without the flag of UTF-8.
  std::string bytes;
  bool raw = false;
  bool stored = false;
  // NOLINTNEXTLINE(readability-redundant-member-init): may be left unnamed
  std::string password{};
};

inline std::string ZipOf(const std::vector<ZipPart>& parts) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &error);
  REQUIRE(archive != nullptr);
  for (const ZipPart& part : parts) {
    zip_source_t* source = zip_source_buffer(archive, part.bytes.data(), part.bytes.size(), 0);
    const auto encoding = part.raw ? ZIP_FL_ENC_CP437 : ZIP_FL_ENC_UTF_8;
    const zip_int64_t index = zip_file_add(archive, part.name.c_str(), source, encoding);
    REQUIRE(index >= 0);
    const auto at = static_cast<zip_uint64_t>(index);
    if (part.stored) REQUIRE(zip_set_file_compression(archive, at, ZIP_CM_STORE, 0) == 0);
    if (!part.password.empty())
      REQUIRE(zip_file_set_encryption(archive, at, ZIP_EM_AES_256, part.password.c_str()) == 0);
  }
  REQUIRE(zip_close(archive) == 0);
  REQUIRE(zip_source_open(target) == 0);
  REQUIRE(zip_source_seek(target, 0, SEEK_END) == 0);
  std::string bytes(static_cast<std::size_t>(zip_source_tell(target)), '\0');
  REQUIRE(zip_source_seek(target, 0, SEEK_SET) == 0);
  REQUIRE(zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
  zip_source_close(target);
  zip_source_free(target);
  zip_error_fini(&error);
  return bytes;
}

}  // namespace gradphoto::testing
