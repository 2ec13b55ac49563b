// SPDX-License-Identifier: Apache-2.0
// Reads writing in pictures with the PP-OCR nets: Detect says where lines are, Upright which way they stand,
// Recognize what they say. A Reader is loaded once per process and may be copied: copies share the nets (about
// 60 MB). Thread-safe.
//
// Memory: the detector's working memory stays with its session: some 30 MB after a picture of long side 320,
// 200 MB after one of 736 x 736 and as much again for each further one that runs at the same time. So pictures
// of more than 131,072 px (362 x 362) are looked at one after the other. Time, one thread of an ordinary core:
// Detect 15 ms at 320 x 240, 250 ms at 736 x 480; Recognize 0.1 ms per px of the strip's width.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "lib/base/error.h"
#include "lib/nn/registry.h"
#include "lib/text/characters.h"
#include "lib/text/strip.h"

namespace gradphoto::text {

// The long side at which Detect should look at a picture.
inline constexpr int kPortraitSide_px = 320;  // A finished picture.
inline constexpr int kCardSide_px = 736;      // A photo of an identity card.

struct Glyph {
  int character = 0;       // Its class, see text/characters.h; never the blank.
  std::string text;        // In UTF-8.
  double probability = 0;  // 0..1, at the frame where it is highest.
  int frame = 0;           // That frame.
  double position = 0;     // Of the frame's middle along the strip, 0..1 from its left edge.
};

// The probabilities of one frame (8 px of the strip), class and value, in the order of the classes; those below
// 1e-5 are left out.
using Frame = std::vector<std::pair<int, float>>;

struct Reading {
  std::vector<Glyph>
      glyphs;  // The likeliest class of each frame, repeated ones and blanks dropped; left to right.
  std::vector<Frame> lattice;  // Empty unless asked for; strip width / 8 frames.

  std::string Text() const;         // In UTF-8.
  double LeastProbability() const;  // Of the glyphs; 0 without any.
  double MeanProbability() const;   // Of the glyphs; 0 without any.
};

enum class Lattice { kDrop, kKeep };

class Reader {
 public:
  // Errors: kModel, kUsage - see nn/session.h and text/characters.h.
  static Result<Reader> Create(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir);

  // Lines of writing in `bgr` (CV_8UC3), which is looked at with its long side at `long_side_px` (32..2048) but
  // enlarged twice at most; in px of `bgr`, widened. No particular order. Nothing in an empty picture.
  // Errors: kInternal - the net failed.
  Result<std::vector<TextBox>> Detect(const cv::Mat& bgr, int long_side_px) const;

  // What stands in a strip of CutStrip (CV_8UC3, 48 px high, width a multiple of 8). One strip per call:
  // batching gains nothing, and padding would let a reading depend on its batch. Errors: kInternal - another
  // size, the net failed.
  Result<Reading> Recognize(const cv::Mat& strip, Lattice lattice = Lattice::kDrop) const;

  // The probability 0..1 that a strip (as above) stands upright and not on its head. Looks at the first 192 px.
  // Errors: kInternal - as above.
  Result<double> Upright(const cv::Mat& strip) const;

  // Cuts the place out and reads it.
  Result<Reading> ReadLine(const cv::Mat& bgr, const Quad& quad, Lattice lattice = Lattice::kDrop) const;

  const Characters& characters() const;

 private:
  struct Nets;
  explicit Reader(std::shared_ptr<const Nets> nets);
  std::shared_ptr<const Nets> nets_;
};

}  // namespace gradphoto::text
