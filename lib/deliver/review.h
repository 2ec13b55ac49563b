// SPDX-License-Identifier: Apache-2.0
// The review page: the cases that a person must decide, one after the other, photo beside reference beside
// standardized picture, with keys to accept, reject with a reason, or skip. Decisions stay in the browser until
// they are saved as a CSV that gradphoto-ledger imports:
//
//   key,photo_sha256,decision,reason_code,note,reviewer,decided_at
//
// key as the page shows it (masked unless IdDisplay::kFull); the photo is known by its hash. decision is
// accept, reject or retake; decided_at is UTC in ISO 8601. The page asks for nothing over the network and sends
// nothing.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/base/error.h"
#include "lib/deliver/redact.h"
#include "lib/record/record.h"
#include "lib/standard/reasons.h"

namespace gradphoto::deliver {

// A JPEG, upright, about 480 x 640 px, without metadata, of the photo file; nothing when it shows no picture.
using PictureSource = std::function<std::optional<std::vector<std::byte>>(const std::filesystem::path&)>;

struct ReviewOptions {
  standard::Language language = standard::Language::kZh;
  IdDisplay ids = IdDisplay::kMasked;
  PictureSource picture;              // May be empty: no pictures.
  std::function<bool()> interrupted;  // Asked before each case; may be empty.
};

// Writes review.html and review/ with its pictures into the directory of a report; removes those of an earlier
// run when there is nothing to review. Returns the number of cases. Errors: kOutput - disk, interrupted.
Result<std::size_t> WriteReview(std::span<const Record> records, const standard::Reasons& reasons,
                                const ReviewOptions& options, const std::filesystem::path& directory);

}  // namespace gradphoto::deliver
