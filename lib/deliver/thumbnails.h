// SPDX-License-Identifier: Apache-2.0
// The pictures of the report and the review page, made from the files that the records name.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/record/record.h"
#include "lib/text/strip.h"

namespace gradphoto::deliver {

inline constexpr std::size_t kThumbnailDigits = 16;

// The standardized picture where there is one, else the photo as it was handed in, with the measured lines of
// crown, eyes and chin: red where a finding of review or reject is about them.
std::optional<std::vector<std::byte>> ThumbnailOf(const Record& record);

// Whether the file begins and ends as a JPEG. Pictures that can be made again are not synced: what a power cut
// left empty or half is made again.
bool IsWholePicture(const std::filesystem::path& file);

// The name of its file, "3f0c…9a.jpg" (16 digits): as long as it stays, so does the picture. Holds no number.
std::string ThumbnailName(const Record& record);

// A larger one: the standardized picture, else the frame that was planned, with the same lines, else the photo.
std::optional<std::vector<std::byte>> LivePictureOf(const Record& record);
std::string LivePictureName(const Record& record);  // As ThumbnailName.

// A picture large enough to judge a face by.
std::optional<std::vector<std::byte>> ReviewPictureOf(const std::filesystem::path& photo);
// For its name, kThumbnailDigits: they change with the photo and with what is made of it. A record may say
// anything to be a hash.
std::string ReviewPictureDigits(std::string_view photo_sha256);

// What of an identity card a person has to look at, cut out of its photo: nothing else of it is ever shown. The
// part `covered` of the length, from 0 to 1, is painted over. Nothing when the file is no longer the photo with
// this hash.
std::optional<std::vector<std::byte>> CardStripOf(const std::filesystem::path& photo, std::string_view sha256,
                                                  const text::Quad& place,
                                                  std::optional<std::pair<double, double>> covered);

}  // namespace gradphoto::deliver
