// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "lib/pipeline/photo.h"

int main(int argc, char** argv) {
  const auto engine = gradphoto::pipeline::Engine::Create({});
  if (!engine || argc != 2) return std::cerr << (engine ? "consumer PHOTO" : engine.error().message) << '\n', 2;
  gradphoto::Record record;
  record.photo = argv[1];
  const auto result = ProcessPhoto(*engine, record, gradphoto::pipeline::PhotoKind::kBySize);
  std::cout << gradphoto::OutcomeName(result.record.outcome) << '\n';
}
