// SPDX-License-Identifier: Apache-2.0
// Readers of formats that no photo of the samples has; the seeds are calibration data.
#include <doctest/doctest.h>

#include "tests/fuzz/mutate.h"
#include "tests/support/data.h"

namespace gradphoto {

TEST_CASE("damaged HEIC photos") {
  const auto formats = testing::SharedData("formats");
  if (!formats) return;
  testing::Fuzz(testing::Seed(*formats / "example.heic"), 60, testing::Decode);
}

}  // namespace gradphoto
