// SPDX-License-Identifier: Apache-2.0
// The main program of every test binary.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "tests/support/data.h"

int main(int argc, char** argv) {
  const int code = doctest::Context(argc, argv).run();
  return code == 0 && gradphoto::testing::DataWasMissing() ? gradphoto::testing::kSkipped : code;
}
