// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/case_markup.h"

#include "lib/deliver/html.h"

namespace gradphoto::deliver {

std::string Attribute(std::string_view name, std::string_view value) {
  std::string out = " ";
  return out.append(name).append("=\"").append(EscapeHtml(value)).append("\"");
}

std::string Element(std::string_view tag, std::string_view text) {
  std::string out = "<";
  out.append(tag).append(">").append(EscapeHtml(text)).append("</");
  return out.append(tag.substr(0, tag.find(' '))).append(">");
}

std::string Figure(std::string_view caption, const CasePicture& picture, Loading loading,
                   const standard::Texts& texts) {
  std::string out = "<figure>";
  if (!picture.path.empty()) {
    out += loading == Loading::kLazy ? "<img loading=\"lazy\" alt=\"\"" : "<img alt=\"\"";
    out.append(Attribute("src", picture.path)).append(">");
  } else {
    out += Element("p", picture.is_gone ? texts.Get("review.picture_gone") : texts.Get("review.no_picture"));
  }
  return out.append(Element("figcaption", caption)).append("</figure>");
}

}  // namespace gradphoto::deliver
