// SPDX-License-Identifier: Apache-2.0
// Every fault that can be put into a portrait, with the codes that must find it: read by bench/calibrate.cc and
// by the conformance test.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/record/record.h"
#include "lib/standard/codes.h"
#include "tests/support/faults.h"

namespace gradphoto::faults {

struct Fault {
  std::string_view name;
  standard::Codes codes;          // Any one of them catches it.
  std::string_view unit;          // Of the strengths.
  std::vector<double> strengths;  // From hardly visible to gross.
  std::size_t clear_from;         // Index of the first strength that is clearly faulty...
  std::string_view reason;        // ...and why.
  Severity wanted;  // Least severity that counts as caught: kReview, or kWarn where only a hint is due.
  // `other` is a different person, for faults that need one.
  image::Photo (*inject)(const Portrait& portrait, const Portrait& other, double strength);
  // NOLINTNEXTLINE(readability-redundant-member-init): g++ warns about the rows that leave it out.
  std::vector<std::string_view> labels =
      {};  // Where strengths are kinds, not amounts; in place of number and unit.
};
const Fault* FindFault(std::string_view name);                    // Null when unknown.
std::string StrengthText(const Fault& fault, std::size_t index);  // "3 px sigma", "beanie"
std::span<const Fault> AllFaults();

// What good photos differ in: none of these may be refused, nor sent to a person because of it.
struct Variation {
  std::string_view name;
  image::Photo (*inject)(const Portrait& portrait);
};
std::span<const Variation> AllVariations();

}  // namespace gradphoto::faults
