// SPDX-License-Identifier: Apache-2.0
#include "lib/table/xml.h"

#include <memory>

#include <expat.h>

namespace gradphoto::table {
namespace {

constexpr int kBufferBytes = 64 << 10;
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxTagBytes = 1 << 20;  // expat keeps an unfinished tag in memory.

struct Free {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

std::string_view LocalName(std::string_view name) { return name.substr(name.find(':') + 1); }

struct State {
  XML_Parser parser;
  XmlHandler& handler;
  std::size_t depth = 0;
  const char* refused = nullptr;  // Why we stopped, if it is the document's fault.

  void StopUnless(bool go_on) const {
    if (!go_on) XML_StopParser(parser, XML_FALSE);
  }
  void Refuse(const char* why) {
    refused = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

void OnStart(void* data, const char* name, const char** attributes) {
  auto& state = *static_cast<State*>(data);
  if (++state.depth > kMaxDepth) return state.Refuse("elements lie too deep in each other");
  state.StopUnless(state.handler.Start(LocalName(name), XmlAttributes(attributes)));
}

void OnEnd(void* data, const char* name) {
  auto& state = *static_cast<State*>(data);
  --state.depth;
  state.StopUnless(state.handler.End(LocalName(name)));
}

void OnText(void* data, const char* text, int length) {
  auto& state = *static_cast<State*>(data);
  state.StopUnless(state.handler.Text({text, static_cast<std::size_t>(length)}));
}

void OnDoctype(void* data, const char*, const char*, const char*, int) {
  static_cast<State*>(data)->Refuse("a document type declaration, which no workbook has");
}

}  // namespace

std::optional<std::string_view> XmlAttributes::Find(std::string_view local_name) const {
  for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
    if (LocalName(pair[0]) == local_name) return pair[1];
  }
  return std::nullopt;
}

Result<void> ParseXml(const ByteSource& source, std::string_view name, XmlHandler& handler) {
  const std::unique_ptr<XML_ParserStruct, Free> parser(XML_ParserCreate(nullptr));
  if (parser == nullptr) return Fail(ErrorKind::kInternal, "expat: no parser");
  State state{.parser = parser.get(), .handler = handler};
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDoctype);
  const auto fail = [&](const std::string& why) {
    return Fail(ErrorKind::kInput,
                std::string(name) + ":" + std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " + why);
  };
  std::size_t fed = 0;
  for (bool last = false; !last;) {
    auto* buffer = static_cast<char*>(XML_GetBuffer(parser.get(), kBufferBytes));
    if (buffer == nullptr) return fail(XML_ErrorString(XML_GetErrorCode(parser.get())));
    TRY_ASSIGN(const auto got, source({buffer, kBufferBytes}));
    last = got == 0;
    fed += got;
    if (XML_ParseBuffer(parser.get(), static_cast<int>(got), last ? XML_TRUE : XML_FALSE) != XML_STATUS_OK) {
      if (state.refused != nullptr) return fail(state.refused);
      if (XML_GetErrorCode(parser.get()) == XML_ERROR_ABORTED) return {};  // The handler has seen enough.
      return fail(XML_ErrorString(XML_GetErrorCode(parser.get())));
    }
    const auto done = static_cast<std::size_t>(std::max<XML_Index>(XML_GetCurrentByteIndex(parser.get()), 0));
    if (fed - std::min(done, fed) > kMaxTagBytes) return fail("a tag of more than 1 MiB");
  }
  return {};
}

}  // namespace gradphoto::table
