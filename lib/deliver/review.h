// SPDX-License-Identifier: Apache-2.0
// The review page: the cases that a person must decide, one after the other. Every attempt stands side by side
// with the reference, its findings, and what people and the portal said of it; keys accept, reject with a
// reason, ask for a retake, or skip. Decisions stay in the browser until they are saved as a CSV that
// gradphoto-ledger imports, which takes a reviewer's name:
//
//   key,photo_sha256,decision,reason_code,note,reviewer,decided_at
//
// key as the page shows it (masked unless the redactor is told to show them in full); the photo is known by its
// hash. decision is accept, reject or retake; decided_at is UTC in ISO 8601. The page asks for nothing over the
// network and sends nothing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "lib/base/error.h"
#include "lib/deliver/case_view.h"
#include "lib/ledger/cases.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

struct ReviewOptions {
  CaseOptions cases;
  std::string school;  // Heads the printed sheets where the roster names none; may be empty.
};

struct ReviewCounts {
  std::size_t cases = 0;
  std::size_t sheets = 0;  // Of them in manual review.
};

// Writes review.html, review/ with its pictures, and case-sheets.html (case_sheets.h) for those in manual
// review into the directory of a report; removes those of an earlier run when there is nothing to show.
// `cases`: of ledger/cases.h. Errors: kOutput - disk, interrupted.
Result<ReviewCounts> WriteReview(std::span<const ledger::PersonCase> cases, const standard::Reasons& reasons,
                                 const ReviewOptions& options, const std::filesystem::path& directory);

}  // namespace gradphoto::deliver
