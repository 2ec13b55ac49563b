// SPDX-License-Identifier: Apache-2.0
#include "tests/source/lengths.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

namespace gradphoto::testing {
namespace {

// The source with comments and the contents of literals blanked out: what is left has only braces that count.
class Blanker {
 public:
  explicit Blanker(std::string_view source) : text_(source) {}

  std::string Run() {
    while (at_ < text_.size()) {
      if (Sees("//")) {
        BlankUntil("\n", /*with_end=*/false);
      } else if (Sees("/*")) {
        BlankUntil("*/", /*with_end=*/true);
      } else if (Sees("R\"")) {
        const std::size_t open = text_.find('(', at_);
        const std::string end =
            ")" + text_.substr(at_ + 2, open == std::string::npos ? 0 : open - at_ - 2) + "\"";
        BlankUntil(end, /*with_end=*/true);
      } else if (text_[at_] == '"' || IsCharacterLiteral()) {
        BlankLiteral(text_[at_]);
      } else {
        ++at_;
      }
    }
    return std::move(text_);
  }

 private:
  bool Sees(std::string_view what) const { return text_.compare(at_, what.size(), what) == 0; }

  // A ' that does not part the digits of a number.
  bool IsCharacterLiteral() const {
    if (text_[at_] != '\'') return false;
    return at_ == 0 ||
           std::string_view("0123456789abcdefABCDEF").find(text_[at_ - 1]) == std::string_view::npos;
  }

  void Blank(std::size_t end) {
    for (; at_ < std::min(end, text_.size()); ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  void BlankUntil(std::string_view end, bool with_end) {
    const std::size_t found = text_.find(end, at_ + 2);
    Blank(found == std::string::npos ? text_.size() : found + (with_end ? end.size() : 0));
  }

  void BlankLiteral(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    Blank(end + 1);
  }

  std::string text_;
  std::size_t at_ = 0;
};

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    lines.back().erase(lines.back().find_last_not_of(" \r") + 1);
    start = end + 1;
  }
  return lines;
}

std::size_t IndentOf(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

// The name before the first parenthesis of a head such as "Result<int> Tool::Run(int a)"; nothing where the
// head is that of no function.
std::optional<std::string> NameIn(const std::string& head) {
  const std::size_t open = head.find('(');
  if (open == std::string::npos || open == 0) return std::nullopt;
  // A table or a lambda is assigned to something: "const auto add = [&](int a)", "kRows = std::to_array<Row>(".
  const std::size_t equals = head.find('=');
  if (equals < open && head.find("operator") == std::string::npos) return std::nullopt;
  std::size_t start = open;
  const auto belongs = [](char c) {
    return (std::isalnum(static_cast<unsigned char>(c)) != 0) || c == '_' || c == ':' || c == '~';
  };
  while (start > 0 && belongs(head[start - 1])) --start;
  std::string name = head.substr(start, open - start);
  for (const char* word : {"if", "for", "while", "switch", "catch", "return", "TEST_CASE", ""}) {
    if (name == word)
      return head.find("operator") == std::string::npos ? std::nullopt : std::optional<std::string>("operator");
  }
  return name;
}

bool BeginsWithWord(const std::string& line, std::size_t indent, std::string_view word) {
  return line.compare(indent, word.size(), word) == 0 &&
         (line.size() == indent + word.size() || line[indent + word.size()] == ' ');
}

// Whether something begins in this line that stands by itself: neither a brace, a label, a directive, nor the
// rest of what stands above.
bool BeginsSomething(const std::string& line, std::size_t indent) {
  if (indent >= line.size()) return false;
  const char first = line[indent];
  if (std::string_view("{}#:,)?&|<>+-.\"").find(first) != std::string_view::npos) return false;
  for (const char* word :
       {"namespace", "class", "struct", "enum", "union", "public:", "private:", "protected:"}) {
    if (BeginsWithWord(line, indent, word)) return false;
  }
  return true;
}

}  // namespace

std::vector<Function> FunctionsOf(std::string_view source) {
  const std::vector<std::string> lines = LinesOf(Blanker(source).Run());
  std::vector<Function> functions;
  for (std::size_t first = 0; first < lines.size(); ++first) {
    const std::size_t indent = IndentOf(lines[first]);
    if (!BeginsSomething(lines[first], indent)) continue;
    // The head: up to the line that opens the body, or that ends a declaration.
    std::string head;
    std::size_t opening = first;
    for (; opening < lines.size(); ++opening) {
      const std::string& line = lines[opening];
      if (opening > first && (IndentOf(line) < indent || line.empty())) break;
      head += line.substr(std::min(indent, line.size())) + " ";
      if (line.ends_with('{') || line.ends_with(';') || line.ends_with('}')) break;
    }
    if (opening == lines.size() || !lines[opening].ends_with('{')) continue;
    if (lines[opening].ends_with("= {"))
      continue;  // A table, whatever its type calls: array<T, kNames.size()>.
    const auto name = NameIn(head);
    if (!name) continue;
    const std::string closing = std::string(indent, ' ') + "}";
    std::size_t last = opening + 1;
    while (last < lines.size() && lines[last] != closing) ++last;
    if (last == lines.size()) continue;
    functions.push_back({*name, first + 1, last - first + 1});
    first = last;
  }
  return functions;
}

}  // namespace gradphoto::testing
