// SPDX-License-Identifier: Apache-2.0
// Which character each class of the recognizer stands for. Thread-safe.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lib/base/error.h"
#include "lib/nn/registry.h"

namespace gradphoto::text {

inline constexpr int kClasses = 6625;
inline constexpr int kBlank = 0;     // CTC: no character, and what parts two equal ones.
inline constexpr int kSpace = 6624;  // " "

class Characters {
 public:
  // From the list that the registry names; also checks that some known characters stand where they must and
  // that none stands twice. Errors: kModel - missing, altered, or another list.
  static Result<Characters> Load(const nn::ListSpec& list, const std::filesystem::path& model_dir);
  // The same of the list's text, one character a line, no line break at the end. Errors: kModel.
  static Result<Characters> Parse(std::string_view text);

  // UTF-8; empty for the blank. `index` is 0..kClasses-1.
  const std::string& At(int index) const { return characters_.at(static_cast<std::size_t>(index)); }
  // The class of one character in UTF-8; nothing for what the net cannot read.
  std::optional<int> Find(std::string_view character) const;

 private:
  std::vector<std::string> characters_;
  std::unordered_map<std::string, int> classes_;
};

}  // namespace gradphoto::text
