// SPDX-License-Identifier: Apache-2.0
// A case that waits for a person, in words and pictures ready to be shown: what the review page and the printed
// sheets have in common. Numbers are masked by then, nothing is escaped.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/error.h"
#include "lib/deliver/redact.h"
#include "lib/ledger/cases.h"
#include "lib/standard/reasons.h"
#include "lib/text/strip.h"

namespace gradphoto::deliver {

// A JPEG, upright, at most about 640 x 800 px, without metadata, of the photo file; nothing when it shows no
// picture.
using PictureSource = std::function<std::optional<std::vector<std::byte>>(const std::filesystem::path&)>;

struct CasePicture {
  std::string path;      // Relative to the page; empty: none.
  bool is_gone = false;  // There was a file once.
};

// A line of the identity card that is in doubt.
struct CaseStrip {
  std::string caption;
  CasePicture picture;
};

// Of severity warn or worse: what was not assessed is no finding.
struct CaseFinding {
  std::string code, title, value, limit, detail, measured;
  bool decides = false;  // Review or worse.
};

struct AttemptView {
  int number = 0;   // 0: unknown, without a ledger.
  std::string day;  // "2021-10-05"; may be empty.
  CasePicture photo, standardized;
  std::string similarity;             // Said in words; empty: not compared.
  std::vector<CaseFinding> findings;  // Worst first, then by importance.
  std::vector<std::string> said;      // Of people and the portal, in order: day, what, who, reason, text.
};

struct CaseView {
  std::string sha256;  // Of the photo that is decided on.
  std::string name, key, id_number, student_number, group, photo;
  std::string search;                                     // For assets/search.js (search.h).
  std::string school;                                     // As the roster has it.
  std::string season, state, failures, deadline, remark;  // Of the ledger; else empty.
  std::vector<std::string> codes;  // Found in this case: those of the current photo first.
  bool is_manual_review = false;
  bool is_deliverable = true;  // False: no standardized picture exists, so nothing can be accepted.
  CasePicture reference;       // Of a card the portrait alone, and only where the faces are in doubt.
  std::vector<CaseStrip> strips;
  std::vector<AttemptView> attempts;  // Oldest first; the last one is decided on.
  const AttemptView& Current() const { return attempts.back(); }
};

// See CardStripOf in thumbnails.h.
using StripSource = std::function<std::optional<std::vector<std::byte>>(
    const std::filesystem::path& photo, std::string_view sha256, const text::Quad& place,
    std::optional<std::pair<double, double>> covered)>;

struct CaseOptions {
  standard::Language language = standard::Language::kZh;
  Redactor redactor;                  // Masks numbers unless it is told not to.
  PictureSource picture;              // May be empty: no pictures.
  StripSource strip;                  // The same of identity cards.
  std::function<bool()> interrupted;  // Asked before each case; may be empty.
};

// Writes the pictures into `directory` / kReviewPictureFolder, removes those of earlier runs there, and returns
// the cases in their order. Errors: kOutput - disk, interrupted.
Result<std::vector<CaseView>> ViewCases(std::span<const ledger::PersonCase> cases,
                                        const standard::Reasons& reasons, const CaseOptions& options,
                                        const std::filesystem::path& directory);

}  // namespace gradphoto::deliver
