// SPDX-License-Identifier: Apache-2.0
#include "lib/identity/open.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "lib/base/unicode.h"
#include "lib/text/reader.h"
#include "lib/text/strip.h"

namespace gradphoto::identity {
namespace {

Alphabet AlphabetOf(const text::Characters& characters) {
  std::vector<char32_t> alphabet;
  for (int i = 0; i < text::kClasses; ++i) {
    std::size_t position = 0;
    const std::string& character = characters.At(i);
    alphabet.push_back(character.empty() ? U'\0' : NextCodePoint(character, position));
  }
  return Alphabet(std::move(alphabet));
}

Result<std::vector<Box>> FindLines(const text::Reader& reader, const cv::Mat& bgr) {
  TRY_ASSIGN(const auto found, reader.Detect(bgr, text::kCardSide_px));
  std::vector<Box> boxes;
  for (const text::TextBox& box : found) {
    boxes.push_back({.x = box.centre.x,
                     .y = box.centre.y,
                     .width = box.length_px,
                     .height = box.height_px,
                     .degrees = box.angle_deg});
  }
  return boxes;
}

Result<Lattice> ReadLine(const text::Reader& reader, const cv::Mat& bgr, const Quad& line) {
  TRY_ASSIGN(auto read, reader.ReadLine(bgr, line, text::Lattice::kKeep));
  Lattice lattice;
  for (const text::Frame& frame : read.lattice) {
    auto& entries = lattice.frames.emplace_back();
    for (const auto& [id, probability] : frame) entries.push_back({.id = id, .probability = probability});
  }
  return lattice;
}

Result<double> UpsideDown(const text::Reader& reader, const cv::Mat& bgr, std::span<const Quad> lines) {
  double sum = 0;
  for (const Quad& line : lines) {
    TRY_ASSIGN(const double upright, reader.Upright(text::CutStrip(bgr, line)));
    sum += 1 - upright;
  }
  return lines.empty() ? 0 : sum / static_cast<double>(lines.size());
}

}  // namespace

Result<CardReader> OpenCardReader(const nn::ModelRegistry& registry, const std::filesystem::path& model_dir,
                                  const Layout& layout) {
  TRY_ASSIGN(const auto reader, text::Reader::Create(registry, model_dir));
  Nets nets{.find_lines = [reader](const cv::Mat& bgr) { return FindLines(reader, bgr); },
            .read_line = [reader](const cv::Mat& bgr, const Quad& line) { return ReadLine(reader, bgr, line); },
            .upside_down = [reader](const cv::Mat& bgr,
                                    std::span<const Quad> lines) { return UpsideDown(reader, bgr, lines); }};
  return CardReader(std::move(nets), AlphabetOf(reader.characters()), layout);
}

}  // namespace gradphoto::identity
