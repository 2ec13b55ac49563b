// SPDX-License-Identifier: Apache-2.0
// Text and attribute values as the parts of a workbook write them.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace gradphoto::table {

// The whole of `text` as a number; nothing if it is none.
template <typename T>
std::optional<T> XlsxNumber(std::optional<std::string_view> text) {
  T value{};
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

inline bool IsXlsxTrue(std::optional<std::string_view> text) { return text == "1" || text == "true"; }

// _x000D_ stands for a character that XML cannot hold, ECMA-376 22.9.2.19.
std::string UnescapeXlsx(std::string text);

// Text of <t> elements, without the phonetic guides (<rPh>) that stand beside it.
class RichText {
 public:
  void Start(std::string_view name) {
    if (name == "rPh") ++phonetic_;
    if (name == "t") in_text_ = phonetic_ == 0;
  }
  void End(std::string_view name) {
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name == "t") in_text_ = false;
  }
  bool in_text() const { return in_text_; }

 private:
  int phonetic_ = 0;
  bool in_text_ = false;
};

}  // namespace gradphoto::table
