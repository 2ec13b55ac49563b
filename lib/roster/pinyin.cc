// SPDX-License-Identifier: Apache-2.0
#include "lib/roster/pinyin.h"

#include <utility>

#include <unicode/translit.h>
#include <unicode/unistr.h>

namespace gradphoto::roster {

struct PinyinReader::Impl {
  std::unique_ptr<icu::Transliterator> to_latin;
};

PinyinReader::PinyinReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PinyinReader::PinyinReader(PinyinReader&&) noexcept = default;
PinyinReader& PinyinReader::operator=(PinyinReader&&) noexcept = default;
PinyinReader::~PinyinReader() = default;

Result<PinyinReader> PinyinReader::Create() {
  UErrorCode error = U_ZERO_ERROR;
  auto impl = std::make_unique<Impl>();
  impl->to_latin.reset(
      icu::Transliterator::createInstance("Han-Latin/Names; Latin-ASCII; Lower", UTRANS_FORWARD, error));
  if (U_FAILURE(error) != 0 || impl->to_latin == nullptr) {
    return Fail(ErrorKind::kInternal,
                std::string("ICU has no transliteration of names: ") + u_errorName(error));
  }
  return PinyinReader(std::move(impl));
}

std::vector<std::string> PinyinReader::Syllables(std::string_view name) const {
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int>(name.size())));
  impl_->to_latin->transliterate(text);
  std::string latin;
  text.toUTF8String(latin);
  std::vector<std::string> syllables;
  bool inside = false;
  for (const char c : latin) {
    const bool letter = c >= 'a' && c <= 'z';
    if (letter && !inside) syllables.emplace_back();
    if (letter) syllables.back() += c;
    inside = letter;
  }
  return syllables;
}

}  // namespace gradphoto::roster
