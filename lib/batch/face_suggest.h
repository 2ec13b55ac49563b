// SPDX-License-Identifier: Apache-2.0
// Photos that no file name gives to a student, by their faces: compared with the references of those students
// who have no photo. For gradphoto-link --suggest; nothing is linked by it.
#pragma once

#include "lib/base/error.h"
#include "lib/pipeline/comparison.h"
#include "lib/roster/link.h"
#include "lib/roster/suggest.h"

namespace gradphoto::batch {

// Every reference of a student without a photo that the rules call a match (compare/rules.h), and where there
// is none, the one that is most alike, if it is in the band for a person's eyes. Photos and references without
// a face have no hints. `threads`: 0: one per core. Precondition: `linked` was made with references.
// Errors: kInternal - a net failed.
Result<roster::FaceHints> FindFaceHints(const roster::LinkResult& linked, const pipeline::Comparer& comparer,
                                        int threads);

}  // namespace gradphoto::batch
