// SPDX-License-Identifier: Apache-2.0
#include "lib/pipeline/photo_store.h"

#include <span>

#include "lib/base/sha256.h"

namespace gradphoto::pipeline {

Result<void> StorePhoto(PhotoResult& result, const std::filesystem::path& path, StoreMode mode, Sync sync) {
  Record& record = result.record;
  if (!result.jpeg || record.IsRejected()) return {};
  const std::span<const std::byte> jpeg(*result.jpeg);
  const bool refuse = mode == StoreMode::kRefuseDifferent || mode == StoreMode::kDryRunRefuse;
  const auto if_exists = refuse ? IfExists::kRefuse : IfExists::kOverwrite;
  const bool dry_run = mode == StoreMode::kDryRun || mode == StoreMode::kDryRunRefuse;
  TRY(dry_run ? CheckWriteFile(path, jpeg, if_exists) : WriteFileAtomic(path, jpeg, if_exists, sync));
  record.output = path.string();
  record.output_sha256 = Sha256Hex(jpeg);
  return {};
}

}  // namespace gradphoto::pipeline
