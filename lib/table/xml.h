// SPDX-License-Identifier: Apache-2.0
// XML read as a stream, bounded: for the parts of a workbook (xlsx_reader.h). No document type declarations at
// all, so there are no entities to expand and nothing outside to fetch. The only file that sees expat is
// xml.cc.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "lib/base/error.h"

namespace gradphoto::table {

// The attributes of one element. Names count without their namespace prefix.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** names_and_values) : pairs_(names_and_values) {}
  std::optional<std::string_view> Find(std::string_view local_name) const;

 private:
  const char** pairs_;
};

// What to do with the parts of a document. Names come without namespace prefix.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  // Each returns false to end the parsing; that is no error by itself.
  virtual bool Start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual bool End(std::string_view name) = 0;
  virtual bool Text(std::string_view text) = 0;  // May come in pieces.
};

// Fills `buffer` and returns the number of bytes; 0 at the end.
using ByteSource = std::function<Result<std::size_t>(std::span<char> buffer)>;

// Errors: kInput - "<name>:<line>: ..." for what is not well-formed, a document type declaration, more than 64
// levels, one tag of more than 1 MiB; and whatever the source fails with.
Result<void> ParseXml(const ByteSource& source, std::string_view name, XmlHandler& handler);

}  // namespace gradphoto::table
