// SPDX-License-Identifier: Apache-2.0
// Days of the calendar as people write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gradphoto {

// The day in local time.
std::chrono::year_month_day Today();

// 20050701, 2005-07-01, 2005/7/1, 2005.7.1, 2005年7月1日, full-width or not, with or without a time behind.
// Nothing if it is no date.
std::optional<std::chrono::year_month_day> ParseDate(std::string_view text);

// A day of the calendar not before 1850, which no living person's papers name; else nothing.
std::optional<std::chrono::year_month_day> ValidDate(int year, int month, int day);

// "2021-11-02".
std::string DateText(std::chrono::year_month_day date);

}  // namespace gradphoto
