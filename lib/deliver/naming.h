// SPDX-License-Identifier: Apache-2.0
// Names of files in an upload pack: templates over the roster fields of a student, made safe for Windows, Linux
// and zip readers alike, and the search for names that would fall together. Nothing here looks at the disk.
//
// A template is text with placeholders in braces; '/' separates folders:
// "{school_code}/{group}/{student_number}". Placeholders are the student's roster fields ("id_number",
// "student_number", "group"...), `{key}` for the student's key, and `{stem}` for the name of the source photo
// without folder and extension.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

class NameTemplate {
 public:
  // An empty template expands to an empty string (files without a folder).
  NameTemplate() = default;

  // Errors: kUsage - brace without partner, empty placeholder, empty folder ("a//b", "/a"), a forbidden
  // character in the literal text.
  static Result<NameTemplate> Parse(std::string_view text);

  bool empty() const { return components_.empty(); }

  // The placeholders, in order, without braces.
  std::vector<std::string> Fields() const;

  // The template with the record's fields put in, blanks at their ends dropped, each component made safe by
  // SafeComponent, so a '/' inside a field never makes a folder. `position` is the record's 1-based place in
  // its batch; errors name it instead of the student, because they end up in logs.
  // Errors: kUsage - a field is unknown or empty for this student, the record has no student, or a component
  // exceeds 240 bytes (file systems allow 255, and the extension follows; cutting could make two names equal).
  Result<std::string> Expand(const Record& record, std::size_t position) const;

 private:
  struct Part {
    bool is_field = false;
    std::string text;
  };
  std::vector<std::vector<Part>> components_;
};

// The fields that a template can name for this student: "key", "stem", and those of the roster.
std::vector<std::string> FieldNames(const Student& student);

// `folder` / `name` + ".jpg"; a name that already ends in .jpg, in whatever case, keeps its own ending.
// Errors: as NameTemplate::Expand; kUsage - an empty `name` template.
Result<std::string> PhotoPath(const NameTemplate& folder, const NameTemplate& name, const Record& record,
                              std::size_t position);

// One path component that every common file system and zip reader takes. Each of / \ : * ? " < > |, control
// characters, invisible direction marks and invalid UTF-8 becomes '_', and so do a leading dot and a trailing
// dot or space (thus ".." becomes "__"); a name that Windows reserves (CON, nul.txt, COM1...) gets a '_' in
// front.
std::string SafeComponent(std::string_view text);

// The form in which two paths are the same file on a system that ignores case or, like macOS, how letters are
// composed: every letter in lower case and composed (NFC).
std::string FoldCase(std::string_view path);

// Groups of indices into `paths` (at least two each, ascending, in order of the first) that would fall
// together: equal after FoldCase, or one path is a file where another needs a folder.
std::vector<std::vector<std::size_t>> FindCollisions(std::span<const std::string> paths);

}  // namespace gradphoto::deliver
