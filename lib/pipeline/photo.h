// SPDX-License-Identifier: Apache-2.0
// One photo from file to finished JPEG: read, analyse, judge, frame, render, encode. Nothing is written; the
// tools do that. Thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "lib/check/subject.h"
#include "lib/pipeline/analysis.h"
#include "lib/pipeline/engine.h"
#include "lib/pipeline/frame.h"
#include "lib/record/record.h"

namespace gradphoto::pipeline {

enum class PhotoKind {
  kSource,    // As the camera gave it: to be cropped.
  kFinished,  // Already standardized elsewhere: judged as it is, file facts included.
  kBySize,    // kFinished when the file has the standard's size (check::HasFinishedSize), else kSource.
};

struct PhotoResult {
  Record record;
  std::vector<Finding>
      passed;  // Checks that were made and found nothing: value and the first limit; see check/sheet.h.
  // The finished file, when one could be made; of kFinished the photo's own bytes, if they are a JPEG.
  std::optional<std::vector<std::byte>> jpeg;
  // What an overlay is drawn from; absent where the photo did not come so far.
  std::optional<Analysis> analysis;
  std::optional<PlannedFrame> frame;
  cv::Mat rendered;  // CV_8UC3, the finished picture.
  cv::Mat person;    // CV_32F 0..1, its person mask; empty like `rendered`.

  // Frees the pixels of a result that only waits for its turn.
  void DropPictures() {
    analysis.reset();
    rendered.release();
    person.release();
  }
};

// A result with nothing but the record: for records that no work is done on.
inline PhotoResult PassThrough(Record record) {
  PhotoResult result;
  result.record = std::move(record);
  return result;
}

// False for a record that passes through as it is: without a photo, or rejected already (unless `all`).
inline bool NeedsWork(const Record& record, bool all) {
  return !record.photo.empty() && (all || !record.IsRejected());
}

// Adds findings, measures, crop, background and tool to the record. Findings that an earlier run of this
// function left in it are replaced; those of other stages stay. A failure to read or judge the photo is a
// finding too (severity error): one bad photo never stops a batch.
PhotoResult ProcessPhoto(const Engine& engine, Record record, PhotoKind kind);

// Whether the wall of a source photo is replaced as the profile's policy says, or judged and left.
enum class Wall { kAsPolicySays, kAsItIs };

// The same for pixels in memory, up to the judged frame; nothing is encoded. For calibration, where thousands
// of altered pictures are judged.
PhotoResult JudgePixels(const Engine& engine, image::Photo photo, PhotoKind kind, Wall wall);

// What the checks look at. The arguments must outlive it; `seen` must hold a head; `original` may be null.
check::Subject SubjectOf(const standard::Standard& standard, const image::FileFacts& facts,
                         const Analysis& seen, const geometry::CropPlan& plan, const OriginalFrame* original);

}  // namespace gradphoto::pipeline
