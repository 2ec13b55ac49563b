// SPDX-License-Identifier: Apache-2.0
// Keeps persons' numbers out of what people look at. Photo files are mostly named after identity numbers, so
// paths and every other foreign text go through here before they are printed. Names are not hidden.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lib/deliver/tag_key.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

enum class IdDisplay { kMasked, kFull };

class Redactor {
 public:
  // With a key, masked numbers of students carry its tag: "110*************2X#k7q2m".
  Redactor() = default;
  explicit Redactor(IdDisplay display, std::optional<TagKey> key = std::nullopt)
      : display_(display), key_(std::move(key)) {}

  IdDisplay display() const { return display_; }

  // The number as it may be shown: roster::Mask with the tag, or as it is with kFull; empty stays empty.
  std::string Number(std::string_view number) const;

  // The text with its numbers masked: every run of 15 or more digits, with an x behind it if there is one
  // (identity numbers of anyone), and, for a record with a student, each of the student's own numbers
  // (identity, student and candidate number, phone, key) of 4 or more characters, whatever the case of its
  // letters. Numbers that are written with blanks or hyphens inside are not recognized.
  std::string Text(std::string_view text, const Record* record) const;

 private:
  std::string Masked(std::string_view number) const;

  IdDisplay display_ = IdDisplay::kMasked;
  std::optional<TagKey> key_;
};

// The group a student is listed under: the roster's `group`, else its `class`, `teaching_point` or `branch`;
// empty when it has none.
std::string_view GroupOf(const Record& record);

}  // namespace gradphoto::deliver
