// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/naming.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using gradphoto::ErrorKind;
using gradphoto::Record;
using gradphoto::Student;
using gradphoto::deliver::FindCollisions;
using gradphoto::deliver::FoldCase;
using gradphoto::deliver::NameTemplate;
using gradphoto::deliver::PhotoPath;
using gradphoto::deliver::SafeComponent;

namespace {

Record Zhang() {
  Record record;
  record.photo = "class1/IMG_2034.JPG";
  record.student = Student{.key = "10999-2021001",
                           .fields = {{"name", "张三"},
                                      {"id_number", "11010519491231002X"},
                                      {"student_number", "2021001"},
                                      {"school_code", "10999"},
                                      {"group", "计算机1班"},
                                      {"class", "  "}}};
  return record;
}

std::string Expand(std::string_view text, const Record& record = Zhang()) {
  const auto parsed = NameTemplate::Parse(text);
  REQUIRE(parsed.has_value());
  const auto expanded = parsed->Expand(record, 7);
  return expanded ? *expanded : "error: " + expanded.error().message;
}

std::string ParseError(std::string_view text) {
  const auto parsed = NameTemplate::Parse(text);
  if (parsed) return "";
  CHECK(parsed.error().kind == ErrorKind::kUsage);
  return parsed.error().message;
}

}  // namespace

TEST_CASE("templates take roster fields, key and stem") {
  CHECK(Expand("{id_number}") == "11010519491231002X");
  CHECK(Expand("{school_code}/{group}/{student_number}") == "10999/计算机1班/2021001");
  CHECK(Expand("{name}+{id_number}") == "张三+11010519491231002X");
  CHECK(Expand("{stem}") == "IMG_2034");
  CHECK(Expand("{key}") == "10999-2021001");
  CHECK(Expand("") == "");
}

TEST_CASE("an unknown or empty field names the position and the field, never the number") {
  CHECK(Expand("{class}") == "error: record 7: field 'class' is empty");
  const std::string unknown = Expand("{studnt_number}");
  CHECK(unknown.find("record 7: unknown field 'studnt_number'; did you mean 'student_number'?") !=
        std::string::npos);
  CHECK(unknown.find("2021001") == std::string::npos);
  Record orphan;
  orphan.photo = "a.jpg";
  CHECK(Expand("{id_number}", orphan).find("record 7: has no student") != std::string::npos);
  CHECK(Expand("{stem}", orphan) == "a");
}

TEST_CASE("templates that cannot work are refused when parsed") {
  CHECK(ParseError("{id") != "");
  CHECK(ParseError("id}") != "");
  CHECK(ParseError("{a{b}}") != "");
  CHECK(ParseError("{}") != "");
  CHECK(ParseError("/{name}") != "");
  CHECK(ParseError("{group}//{name}") != "");
  CHECK(ParseError("{group}/") != "");
  CHECK(ParseError("../{name}") != "");
  CHECK(ParseError("./{name}") != "");
  for (const char c : std::string("\\:*?\"<>|\n\x7F")) {
    CAPTURE(c);
    CHECK(ParseError(std::string("a") + c + "{name}") != "");
  }
}

TEST_CASE("a field never makes a folder or leaves the pack") {
  Record record = Zhang();
  record.student->fields = {{"a", "x/y"}, {"b", ".."}, {"c", "."}, {"d", "/etc/passwd"}, {"e", "..\\.."}};
  CHECK(Expand("{a}", record) == "x_y");
  CHECK(Expand("{b}/{c}", record) == "__/_");
  CHECK(Expand("{d}", record) == "_etc_passwd");
  CHECK(Expand("{e}", record) == "_._._");
}

TEST_CASE("every forbidden character becomes an underscore") {
  for (const char c : std::string("/\\:*?\"<>|")) {
    CAPTURE(c);
    CHECK(SafeComponent(std::string("a") + c + "b") == "a_b");
  }
  for (int c = 1; c < 0x20; ++c) CHECK(SafeComponent(std::string("a") + static_cast<char>(c) + "b") == "a_b");
  CHECK(SafeComponent(std::string("a\0b", 3)) == "a_b");
  CHECK(SafeComponent("a\x7F"
                      "b") == "a_b");
  CHECK(SafeComponent("a\u0085b") == "a_b");
  CHECK(SafeComponent("a\u202Egpj.exe") == "a_gpj.exe");
  CHECK(SafeComponent("a\u200Bb") == "a_b");
  CHECK(SafeComponent("a\xFFz") == "a_z");
  CHECK(SafeComponent(".hidden") == "_hidden");
  CHECK(SafeComponent("..") == "__");
  CHECK(SafeComponent("end.") == "end_");
  CHECK(SafeComponent("end ") == "end_");
  CHECK(SafeComponent("阿卜杜拉·买买提") == "阿卜杜拉·买买提");
  CHECK(SafeComponent("𬱖") == "𬱖");
}

TEST_CASE("names that Windows reserves are changed") {
  for (const char* name :
       {"CON", "prn", "Aux", "NUL", "nul.txt", "COM1", "com9.jpg", "LPT3", "COM¹", "CONIN$", "con .x"}) {
    CAPTURE(name);
    CHECK(SafeComponent(name) == std::string("_") + name);
  }
  for (const char* name : {"CONSTANT", "COM", "COM10", "lpt", "nullable"}) CHECK(SafeComponent(name) == name);
}

TEST_CASE("photo paths get one extension") {
  const auto path = [](std::string_view folder, std::string_view name) {
    return PhotoPath(*NameTemplate::Parse(folder), *NameTemplate::Parse(name), Zhang(), 1).value_or("error");
  };
  CHECK(path("", "{student_number}") == "2021001.jpg");
  CHECK(path("{group}", "{student_number}.JPG") == "计算机1班/2021001.JPG");
  CHECK(path("", "{school_code}/{student_number}.jpg") == "10999/2021001.jpg");
  CHECK(path("{group}", "") == "error");
}

TEST_CASE("names too long for file systems are refused, not cut") {
  Record record = Zhang();
  record.student->fields = {{"name", std::string(240, 'a')}};
  CHECK(Expand("{name}", record) == std::string(240, 'a'));
  record.student->fields = {{"name", std::string(241, 'a')}};
  CHECK(Expand("{name}", record).starts_with("error: record 7"));
}

TEST_CASE("collisions are found whatever the case") {
  using Groups = std::vector<std::vector<std::size_t>>;
  const auto collisions = [](std::vector<std::string> paths) { return FindCollisions(paths); };
  CHECK(collisions({"a.jpg", "b.jpg"}) == Groups{});
  CHECK(collisions({"a.jpg", "b.jpg", "A.JPG"}) == Groups{{0, 2}});
  CHECK(collisions({"x/1.jpg", "X/1.jpg", "y/1.jpg", "y/1.jpg"}) == Groups{{0, 1}, {2, 3}});
  CHECK(collisions({"É.jpg", "é.jpg"}) == Groups{{0, 1}});
  CHECK(collisions({"Ｘ.jpg", "ｘ.jpg"}) == Groups{{0, 1}});
  // A file where another path needs a folder.
  CHECK(collisions({"A.jpg/1.jpg", "a.jpg"}) == Groups{{0, 1}});
  CHECK(FoldCase("Ａb张X") == "ａb张x");
  // Composed and decomposed: one file on macOS, and one for the eye everywhere.
  CHECK(collisions({"\u00C5.jpg", "A\u030A.jpg", "\u212B.jpg", "A.jpg"}) == Groups{{0, 1, 2}});
  CHECK(collisions({"\u00E5/1.jpg", "A\u030A/1.jpg"}) == Groups{{0, 1}});
}
