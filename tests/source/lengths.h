// SPDX-License-Identifier: Apache-2.0
// How long functions and files are, read from the sources as text. The counter trusts clang-format's layout: a
// function's body ends with a brace in the column where its first line begins.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gradphoto::testing {

struct Function {
  std::string name;        // As it is written, with its class where that stands before it: "Tool::Status".
  std::size_t line = 0;    // Of its first line, from 1.
  std::size_t length = 0;  // Lines from there to the closing brace.
};

// The functions with a body of a C++ source, members inside classes too, in the order of their first lines.
// Classes, namespaces, tables and lambdas are none; a lambda counts as part of the function it stands in.
std::vector<Function> FunctionsOf(std::string_view source);

}  // namespace gradphoto::testing
