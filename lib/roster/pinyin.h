// SPDX-License-Identifier: Apache-2.0
// Names in Latin letters, by ICU's transliteration with its readings of family names (单 shàn, 曾 zēng). The
// only file that sees ICU is pinyin.cc. A help for suggestions: many characters have several readings.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/error.h"

namespace gradphoto::roster {

class PinyinReader {
 public:
  // Errors: kInternal - ICU lacks the transliteration.
  static Result<PinyinReader> Create();
  PinyinReader(PinyinReader&&) noexcept;
  PinyinReader& operator=(PinyinReader&&) noexcept;
  ~PinyinReader();

  // The syllables in lower-case ASCII without tones: "单雄信" -> {"shan", "xiong", "xin"}. Letters of other
  // scripts as ICU has them in ASCII; other characters separate syllables.
  std::vector<std::string> Syllables(std::string_view name) const;

 private:
  struct Impl;
  explicit PinyinReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gradphoto::roster
