// SPDX-License-Identifier: Apache-2.0
// Hashes of photos that need not be read again: a season's photos lie there night after night, and reading them
// for nothing but their hashes is what a night without changes would consist of. A hash is believed while size,
// inode, device and both times of the file are those it was read with; a file that was touched less than two
// seconds before it was read (the coarsest clock of a file system, FAT's) is read again the next time.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "lib/base/error.h"
#include "lib/base/file_mark.h"

namespace gradphoto {

class KnownHashes {
 public:
  // Goes on from what an earlier run saved. It is no more than a saving of time: an absent file, and lines that
  // are none of ours, are passed over.
  void Load(const std::filesystem::path& file);

  // As HashPhoto. Safe in threads.
  Result<std::string> Of(const std::string& photo);

  // Writes those that were asked for since Load and whose files are as they were, one in a line: SHA-256,
  // FileMark::Text, path, with spaces between; forgets the others. Mode 0600: paths may hold names and numbers.
  // Errors: kOutput.
  Result<void> Save(const std::filesystem::path& file);

 private:
  struct Known {
    std::string mark, sha256;
  };
  std::mutex mutex_;
  std::map<std::string, Known, std::less<>> loaded_, asked_;  // By path.
};

}  // namespace gradphoto
