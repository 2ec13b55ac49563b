// SPDX-License-Identifier: Apache-2.0
// What a page holds so that a student is found by a number that the page does not show in full
// (assets/search.js looks it up). Nothing here needs a secret or the network; it works from a file share.
//
// Whatever finds a student for a clerk who types a number finds the student for a program that types all
// numbers there are. Of identity numbers there are few: county, birth date and the digits on show leave about
// ten, so any hash of them, however slow or salted, would betray them. An identity number is therefore looked
// up by the digits that the page shows anyway (roster::Mask: length, the first three, the last two), and by
// nothing else: among the students of one class that is one student nearly always, among 10,000 of one province
// some ninety. Its tag (tag_key.h) finds exactly one, but only who has the key can make it.
//
// Student and candidate numbers and keys run in series and are known to the classmates; a page that finds them
// can be asked for all of them. They carry 12 bits of a hash besides the digits on show, which is enough to
// tell 10,000 students apart and not enough to prove a number. A number that is an identity number gets none,
// whatever column it stands in.
#pragma once

#include <string>
#include <string_view>

#include "lib/deliver/redact.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

// The student's numbers, one a line, each as `redactor` shows it, with the bucket in three hexadecimal digits
// behind a tab where it has one: the value of the attribute data-n. Empty without a student; with
// IdDisplay::kFull the numbers as they are, without buckets.
std::string SearchNumbers(const Record& record, const Redactor& redactor);

// The 12 bits: FNV-1a (32 bits, folded) of the number in lower case without blanks, 0..4095.
unsigned BucketOf(std::string_view number);

}  // namespace gradphoto::deliver
