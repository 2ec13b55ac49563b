// SPDX-License-Identifier: Apache-2.0
// SQLite behind a few value types: connections, prepared statements, transactions. The only file that sees
// sqlite3.h is database.cc. A connection and its statements belong to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lib/base/error.h"

namespace gradphoto::ledger {

// A prepared statement. Parameters are numbered from 1, columns from 0. Bind all, Step until false, Reset.
// Errors of binding are kept and come out of the next Step.
class Statement {
 public:
  Statement& Bind(int parameter, std::string_view text);
  Statement& Bind(int parameter, std::int64_t number);
  // True when a row is there, false at the end; after the end the statement is reset and may be bound again.
  // Errors: kOutput - disk, constraint, or another process holds the database beyond the time to wait.
  Result<bool> Step();
  // For statements without rows: Step to the end.
  Result<void> Run();
  void Reset();

  std::string Text(int column) const;  // Empty for NULL.
  std::int64_t Int(int column) const;  // 0 for NULL.

 private:
  friend class Database;
  struct Handle;
  struct Close {
    void operator()(Handle* handle) const;
  };
  std::unique_ptr<Handle, Close> handle_;
};

enum class OpenMode {
  kWrite,    // Made with mode 0600 if absent; write-ahead log.
  kRead,     // Must be there; statements that write fail.
  kScratch,  // A private copy in memory of the file, or of nothing; the file is not touched or even locked.
};

class Database {
 public:
  // Foreign keys are on, deleted content is overwritten with zeros, and a statement waits 10 s for another
  // process. Errors: kUsage - absent (kRead) or not a database; kOutput - cannot be opened; for kScratch also
  // when a write-ahead log lies beside the file, because the copy would miss what is in there.
  static Result<Database> Open(const std::filesystem::path& file, OpenMode mode);

  Result<void> Execute(std::string_view sql);  // One or more statements without parameters or rows.
  // The statement is prepared once and then kept; it comes back reset. Not to be used in a nested way.
  // Errors: kInternal - wrong SQL.
  Result<Statement*> Prepare(std::string_view sql);
  Result<std::int64_t> Pragma(std::string_view name);  // Of a pragma with an integer value.
  // The database as the bytes of a file, of one moment even while other processes write.
  Result<std::string> Copy();
  bool InTransaction() const;
  std::int64_t LastInsertId() const;
  std::int64_t Changes() const;  // Rows that the last statement inserted, changed or deleted.

 private:
  struct Connection;
  struct Close {
    void operator()(Connection* connection) const;
  };
  std::unique_ptr<Connection, Close> connection_;
  std::unordered_map<std::string, Statement> statements_;  // Goes before the connection.
};

// All or nothing: rolled back unless committed. Begun inside another transaction it is part of that one and
// ends with it.
class Transaction {
 public:
  static Result<Transaction> Begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> Commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_ = nullptr;  // Null: nothing to end here.
};

// Brings a database to the version of the last step: `PRAGMA user_version` says how many steps it has had.
// Errors: kUsage - it has had more steps than are known here (written by a newer gradphoto), or it belongs to
// another program (PRAGMA application_id); kOutput - the number of steps is below 0, or a step failed.
Result<void> Migrate(Database& database, std::span<const std::string_view> steps, std::string_view name);

}  // namespace gradphoto::ledger
