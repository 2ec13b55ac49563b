// SPDX-License-Identifier: Apache-2.0
// One statement in one call, for the files that make up class Ledger.
#pragma once

#include <string_view>
#include <type_traits>

#include "lib/base/error.h"
#include "lib/ledger/database.h"

namespace gradphoto::ledger {

// Runs a prepared statement: bind the arguments, then hand over each row.
template <typename Visit, typename... Arguments>
Result<void> Query(Database& database, std::string_view sql, const Visit& visit,
                   const Arguments&... arguments) {
  TRY_ASSIGN(const auto statement, database.Prepare(sql));
  int parameter = 0;
  (static_cast<void>(statement->Bind(++parameter, arguments)), ...);
  for (;;) {
    TRY_ASSIGN(const auto row, statement->Step());
    if (!row) return {};
    if constexpr (std::is_same_v<std::invoke_result_t<Visit, Statement&>, bool>) {
      if (!visit(*statement)) {
        statement->Reset();
        return {};
      }
    } else {
      visit(*statement);
    }
  }
}

template <typename... Arguments>
Result<void> Write(Database& database, std::string_view sql, const Arguments&... arguments) {
  return Query(database, sql, [](Statement&) {}, arguments...);
}

}  // namespace gradphoto::ledger
