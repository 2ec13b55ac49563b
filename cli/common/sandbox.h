// SPDX-License-Identifier: Apache-2.0
// What a tool gives up once it has started, so that a photo that takes over a decoder has nothing to reach for.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <span>

#include "lib/base/error.h"

namespace gradphoto::cli {

// For the whole process, all of its threads and for good: socket, connect and their kin, exec, and io_uring,
// which could do the same behind the filter's back, fail with EPERM. Errors: kInternal - the kernel or a
// container does not let a process do that; the tool works without.
Result<void> RefuseNetworkAndPrograms();

// The same, for tools: where it is not possible a note for -v.
void EnterSandbox();

// For this thread and those it starts from now on: files are made, written and removed only below these places
// and in the directories of temporary files; reading and what is open already stay as they are. A place that is
// not there yet counts as the nearest directory above it that is; empty ones do not count. Errors: kInternal -
// the kernel has no Landlock.
Result<void> LimitWritingTo(std::span<const std::filesystem::path> places);

// The same, for tools: the places where this run may write; without Landlock a note for -v.
void MayWriteOnlyTo(std::initializer_list<std::filesystem::path> places);

// The directory that holds the file, for files that are written with others beside them; empty for no file.
std::filesystem::path FolderOf(const std::filesystem::path& file);

}  // namespace gradphoto::cli
