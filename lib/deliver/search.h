// SPDX-License-Identifier: Apache-2.0
// What a page holds so that a student is found by a number that the page does not show in full
// (assets/search.js looks it up). Nothing here needs a secret or the network; it works from a file share.
//
// Whatever finds exactly one student for a clerk who types a number finds that student for a program that types
// all numbers there are. Of identity numbers there are few: who knows county and birth date has about ten left
// after the digits on show, so a whole hash of them, however slow or salted, would betray them. An identity
// number is looked up by what the page shows anyway (roster::Mask: length, the first three, the last two) and 4
// bits of a hash: sixteen times fewer candidates, still some fifty for who knows the birth date and a hundred
// thousand for who does not. In a class that finds one student nearly always, among 10,000 of one province some
// six. The tag (tag_key.h) finds exactly one, but only who has the key can make it.
//
// Student and candidate numbers and keys run in series and are known to the classmates. They carry 12 bits,
// enough to tell 10,000 students apart and not to prove a number. A number that is an identity number gets 4,
// whatever column it stands in. No salt: pages with different ones would add up to more bits.
#pragma once

#include <string>
#include <string_view>

#include "lib/deliver/redact.h"
#include "lib/record/record.h"

namespace gradphoto::deliver {

// The student's numbers, one a line, each as `redactor` shows it, with the bits of its hash behind a tab, four
// to a hexadecimal digit: the value of the attribute data-n. Empty without a student; with IdDisplay::kFull the
// numbers as they are.
std::string SearchNumbers(const Record& record, const Redactor& redactor);

// The 12 bits, 0..4095, of which the last 4 stand alone: FNV-1a (32 bits, folded) of the number in lower case
// without blanks.
unsigned BucketOf(std::string_view number);

}  // namespace gradphoto::deliver
