// SPDX-License-Identifier: Apache-2.0
// The cases of manual review on paper, one A4 page a student, for the authority that decides: who it is, every
// attempt with its picture and findings, the school's remark, and room for verdict, signature and stamp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lib/deliver/case_view.h"
#include "lib/standard/texts.h"

namespace gradphoto::deliver {

// `school` heads the pages of students whose roster names none; may be empty. Cases that are not of manual
// review are left out; empty when there is none.
std::string CaseSheetsHtml(std::span<const CaseView> cases, std::string_view school,
                           const standard::Texts& texts);

}  // namespace gradphoto::deliver
