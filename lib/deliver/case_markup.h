// SPDX-License-Identifier: Apache-2.0
// Pieces of HTML that the review page and the printed sheets have in common. Texts are escaped here.
#pragma once

#include <string>
#include <string_view>

#include "lib/deliver/case_view.h"
#include "lib/standard/texts.h"

namespace gradphoto::deliver {

// name="value", with a blank before it.
std::string Attribute(std::string_view name, std::string_view value);

// `tag` with its attributes: Element("p class=\"x\"", "a < b") is <p class="x">a &lt; b</p>.
std::string Element(std::string_view tag, std::string_view text);

// When a browser fetches a picture: once it comes into view, or at once, so that it is there on paper.
enum class Loading { kLazy, kEager };

// The picture, or why there is none, above its caption.
std::string Figure(std::string_view caption, const CasePicture& picture, Loading loading,
                   const standard::Texts& texts);

}  // namespace gradphoto::deliver
