// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/naming.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <locale.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <wctype.h>

#include "lib/base/text.h"
#include "lib/base/unicode.h"

namespace gradphoto::deliver {
namespace {

constexpr std::size_t kMaxComponentBytes = 240;
constexpr std::string_view kForbidden = "/\\:*?\"<>|";
constexpr std::string_view kExtension = ".jpg";
constexpr char32_t kReplacement = 0xFFFD;  // What invalid UTF-8 reads as.

// Calls `visit(code point)` for each character; invalid bytes give U+FFFD each.
template <typename Visit>
void ForEachCharacter(std::string_view text, Visit&& visit) {
  for (std::size_t position = 0; position < text.size();) visit(NextCodePoint(text, position));
}

bool IsUnsafe(char32_t code) {
  if (code < 0x80) return code < 0x20 || code == 0x7F || kForbidden.contains(static_cast<char>(code));
  const bool control = code < 0xA0;
  // Marks that show nothing or turn the direction of what follows: "exe.jpg" could be shown as "gpj.exe".
  const bool invisible = code == 0x200B || code == 0x200E || code == 0x200F ||
                         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x2069) ||
                         code == 0xFEFF;
  return control || invisible || code == kReplacement;
}

// Windows opens the device and not a file for these, with any extension and any trailing blanks.
bool IsReservedOnWindows(std::string_view component) {
  std::string base = ToLowerAscii(component.substr(0, component.find('.')));
  while (base.ends_with(' ')) base.pop_back();
  constexpr std::array<std::string_view, 6> kDevices = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  if (std::ranges::find(kDevices, base) != kDevices.end()) return true;
  if (!base.starts_with("com") && !base.starts_with("lpt")) return false;
  const std::string number = base.substr(3);
  constexpr std::array<std::string_view, 3> kSuperscripts = {"\u00B9", "\u00B2", "\u00B3"};
  return (number.size() == 1 && number[0] >= '0' && number[0] <= '9') ||
         std::ranges::find(kSuperscripts, number) != kSuperscripts.end();
}

std::string Stem(const std::string& photo) { return std::filesystem::path(photo).stem().string(); }

// Null-like: a field that the roster does not have.
Result<std::optional<std::string>> FieldValue(const Record& record, const std::string& field) {
  if (field == "stem") return Stem(record.photo);
  if (!record.student) return Fail(ErrorKind::kUsage, "has no student, so '{" + field + "}' is unknown");
  const Student& student = *record.student;
  if (field == "key") return student.key;
  for (const auto& [name, value] : student.fields) {
    if (name == field) return value;
  }
  return std::optional<std::string>();
}

}  // namespace

std::vector<std::string> FieldNames(const Student& student) {
  std::vector<std::string> names = {"key", "stem"};
  for (const auto& [name, value] : student.fields) names.push_back(name);
  return names;
}

Result<NameTemplate> NameTemplate::Parse(std::string_view text) {
  NameTemplate result;
  if (text.empty()) return result;
  const auto fail = [&](const std::string& why) {
    return Fail(ErrorKind::kUsage, "template '" + std::string(text) + "': " + why);
  };
  std::vector<Part> component;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) component.push_back({.is_field = false, .text = std::exchange(literal, {})});
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '{') {
      const std::size_t end = text.find_first_of("{}", i + 1);
      if (end == std::string_view::npos || text[end] == '{') return fail("'{' without '}'");
      const std::string_view field = Trim(text.substr(i + 1, end - i - 1));
      if (field.empty()) return fail("'{}' names no field");
      end_literal();
      component.push_back({.is_field = true, .text = std::string(field)});
      i = end;
    } else if (c == '}') {
      return fail("'}' without '{'");
    } else if (c == '/') {
      end_literal();
      if (component.empty()) return fail("a folder without a name");
      result.components_.push_back(std::exchange(component, {}));
    } else {
      literal += c;
    }
  }
  end_literal();
  if (component.empty()) return fail("ends with '/'");
  result.components_.push_back(std::move(component));
  for (const auto& parts : result.components_) {
    for (const Part& part : parts) {
      if (part.is_field) continue;
      bool unsafe = false;
      ForEachCharacter(part.text, [&](char32_t code) { unsafe = unsafe || IsUnsafe(code); });
      if (unsafe) return fail("'" + part.text + "' holds a character that file names cannot have");
    }
    if (parts.size() == 1 && !parts[0].is_field && parts[0].text.find_first_not_of(". ") == std::string::npos) {
      return fail("'" + parts[0].text + "' is not a name");
    }
  }
  return result;
}

std::vector<std::string> NameTemplate::Fields() const {
  std::vector<std::string> fields;
  for (const auto& parts : components_) {
    for (const Part& part : parts) {
      if (part.is_field) fields.push_back(part.text);
    }
  }
  return fields;
}

Result<std::string> NameTemplate::Expand(const Record& record, std::size_t position) const {
  const auto fail = [&](const std::string& why) {
    return Fail(ErrorKind::kUsage, "record " + std::to_string(position) + ": " + why);
  };
  std::string path;
  for (const auto& parts : components_) {
    std::string component;
    for (const Part& part : parts) {
      if (!part.is_field) {
        component += part.text;
        continue;
      }
      const auto value = FieldValue(record, part.text);
      if (!value) return fail(value.error().message);
      if (!*value) return fail(UnknownNameMessage("field", part.text, FieldNames(*record.student)));
      const std::string_view trimmed = Trim(**value);
      if (trimmed.empty()) return fail("field '" + part.text + "' is empty");
      component += trimmed;
    }
    component = SafeComponent(component);
    if (component.size() > kMaxComponentBytes) {
      return fail("the name would have " + std::to_string(component.size()) + " bytes, more than the " +
                  std::to_string(kMaxComponentBytes) + " that file systems take");
    }
    path += (path.empty() ? "" : "/") + component;
  }
  return path;
}

Result<std::string> PhotoPath(const NameTemplate& folder, const NameTemplate& name, const Record& record,
                              std::size_t position) {
  if (name.empty()) return Fail(ErrorKind::kUsage, "the template for file names is empty");
  TRY_ASSIGN(auto folder_path, folder.Expand(record, position));
  TRY_ASSIGN(auto file, name.Expand(record, position));
  if (!ToLowerAscii(file).ends_with(kExtension)) file += kExtension;
  return folder_path.empty() ? file : folder_path + "/" + file;
}

std::string SafeComponent(std::string_view text) {
  std::string safe;
  ForEachCharacter(text, [&](char32_t code) { AppendUtf8(IsUnsafe(code) ? U'_' : code, safe); });
  if (safe.starts_with('.')) safe.front() = '_';
  if (safe.ends_with('.') || safe.ends_with(' ')) safe.back() = '_';
  if (IsReservedOnWindows(safe)) safe.insert(0, 1, '_');
  return safe;
}

std::string FoldCase(std::string_view path) {
  // The C library's tables for Unicode; the program's own locale stays as it is. Without them only ASCII folds.
  const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  std::string folded;
  ForEachCharacter(path, [&](char32_t code) {
    if (locale != nullptr) {
      // Up and down again, because some letters share one capital (final and other sigma).
      code = static_cast<char32_t>(towlower_l(towupper_l(static_cast<wint_t>(code), locale), locale));
    } else if (code >= U'A' && code <= U'Z') {
      code += U'a' - U'A';
    }
    AppendUtf8(code, folded);
  });
  if (locale != nullptr) freelocale(locale);
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
  std::string composed;
  icu::StringByteSink<std::string> sink(&composed);
  if (U_SUCCESS(error)) nfc->normalizeUTF8(0, folded, sink, nullptr, error);
  return U_SUCCESS(error) ? composed : folded;  // ICU's own data cannot be missing.
}

std::vector<std::vector<std::size_t>> FindCollisions(std::span<const std::string> paths) {
  std::map<std::string, std::vector<std::size_t>> by_file;
  for (std::size_t i = 0; i < paths.size(); ++i) by_file[FoldCase(paths[i])].push_back(i);
  // A file of that name, and a folder of that name needed by another path.
  std::map<std::string, std::set<std::size_t>> folder_users;
  for (const auto& [file, indices] : by_file) {
    for (std::size_t slash = file.find('/'); slash != std::string::npos; slash = file.find('/', slash + 1)) {
      const std::string folder = file.substr(0, slash);
      if (by_file.contains(folder)) folder_users[folder].insert(indices.begin(), indices.end());
    }
  }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [file, indices] : by_file) {
    if (const auto users = folder_users.find(file); users != folder_users.end()) {
      indices.insert(indices.end(), users->second.begin(), users->second.end());
      std::ranges::sort(indices);
    }
    if (indices.size() > 1) groups.push_back(indices);
  }
  std::ranges::sort(groups);
  return groups;
}

}  // namespace gradphoto::deliver
