// SPDX-License-Identifier: Apache-2.0
#include "lib/base/sha256.h"

#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/temp_dir.h"

using gradphoto::ErrorKind;
using gradphoto::Sha256File;
using gradphoto::Sha256Hex;
using gradphoto::testing::TempDir;

TEST_CASE("the examples of FIPS 180-4") {
  CHECK(Sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256Hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha256Hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file gives the hash of its contents, whatever its size") {
  const TempDir dir;
  // Around the size of one block of reading, and several of them.
  for (const std::size_t size : {0u, 1u, 65535u, 65536u, 65537u, 200'000u}) {
    CAPTURE(size);
    const std::string text(size, '\xA7');
    const auto hash = Sha256File(dir.Write("file", text));
    REQUIRE(hash.has_value());
    CHECK(*hash == Sha256Hex(text));
  }
}

TEST_CASE("what is absent or no file is an input error and does not block") {
  const TempDir dir;
  const auto fifo = dir.path() / "fifo";
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  for (const auto& bad : {dir.path() / "absent", dir.path(), fifo}) {
    const auto hash = Sha256File(bad);
    REQUIRE_FALSE(hash.has_value());
    CHECK(hash.error().kind == ErrorKind::kInput);
    CHECK(hash.error().message.starts_with(bad.string()));
  }
}

TEST_CASE("HMAC: the second test case of RFC 4231") {
  CHECK(gradphoto::HmacSha256Hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}
