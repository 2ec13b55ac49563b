// SPDX-License-Identifier: Apache-2.0
// The HEVC decoder of the HEIF reader. libheif's own adaptor to libde265 keeps the decoder's warnings to
// itself, and a picture of which half is garbage passes for whole. This one hands them on as errors, and finds
// what libde265 itself does not: a picture that ends early keeps what lay in its memory, which in a batch is
// the photo before.
#pragma once

namespace gradphoto::image {

// From the first call on libheif decodes HEVC with it, in the whole process.
void UseStrictHevcDecoder();

}  // namespace gradphoto::image
