// SPDX-License-Identifier: Apache-2.0
#include "lib/ledger/database.h"

#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace gradphoto::ledger {
namespace {

constexpr int kBusyTimeoutMs = 10'000;
constexpr std::int64_t kApplicationId = 0x67726164;  // "grad"

std::unexpected<Error> FailOf(sqlite3* connection, ErrorKind kind, const std::string& what) {
  const int code = sqlite3_errcode(connection);
  if (code == SQLITE_NOTADB) kind = ErrorKind::kUsage;
  return Fail(kind, what + ": " + sqlite3_errmsg(connection));
}

}  // namespace

struct Statement::Handle {
  sqlite3_stmt* statement = nullptr;
  int bind_error = SQLITE_OK;
};

void Statement::Close::operator()(Handle* handle) const {
  sqlite3_finalize(handle->statement);
  delete handle;
}

Statement& Statement::Bind(int parameter, std::string_view text) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  const int code =
      sqlite3_bind_text64(handle_->statement, parameter, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) handle_->bind_error = code;
  return *this;
}

Statement& Statement::Bind(int parameter, std::int64_t number) {
  const int code = sqlite3_bind_int64(handle_->statement, parameter, number);
  if (code != SQLITE_OK) handle_->bind_error = code;
  return *this;
}

Result<bool> Statement::Step() {
  if (handle_->bind_error != SQLITE_OK) {
    return Fail(ErrorKind::kInternal, std::string("ledger: bad parameter: ") +
                                          sqlite3_errstr(std::exchange(handle_->bind_error, SQLITE_OK)));
  }
  const int code = sqlite3_step(handle_->statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_->statement);
    return false;
  }
  auto failure = FailOf(sqlite3_db_handle(handle_->statement), ErrorKind::kOutput, "ledger");
  sqlite3_reset(handle_->statement);
  return failure;
}

Result<void> Statement::Run() {
  for (;;) {
    TRY_ASSIGN(const auto row, Step());
    if (!row) return {};
  }
}

void Statement::Reset() {
  sqlite3_reset(handle_->statement);
  sqlite3_clear_bindings(handle_->statement);
  handle_->bind_error = SQLITE_OK;
}

std::string Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_->statement, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_->statement, column))};
}

std::int64_t Statement::Int(int column) const { return sqlite3_column_int64(handle_->statement, column); }

struct Database::Connection {
  sqlite3* db = nullptr;
};

void Database::Close::operator()(Connection* connection) const {
  sqlite3_close_v2(connection->db);
  delete connection;
}

namespace {

// Percent signs and what ends the path of a URI.
std::string UriPath(const std::filesystem::path& file) {
  std::string uri;
  std::error_code ignored;
  for (const char c : std::filesystem::absolute(file, ignored).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    } else {
      uri += c;
    }
  }
  return uri;
}

// An SQLite code; SQLITE_OK when all is copied.
int CopyAll(sqlite3* to, sqlite3* from) {
  sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) return sqlite3_errcode(to);
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

Result<void> CopyInto(sqlite3* memory, const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  const std::filesystem::path log = file.string() + "-wal";
  if (std::filesystem::exists(log, ignored) && std::filesystem::file_size(log, ignored) > 0) {
    return Fail(ErrorKind::kOutput, file.string() +
                                        ": another process writes to the ledger, or was killed in the middle; "
                                        "'gradphoto-ledger status' tidies up after the latter");
  }
  sqlite3* source = nullptr;
  const std::string uri = "file:" + UriPath(file) + "?immutable=1";
  int code = sqlite3_open_v2(uri.c_str(), &source, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  if (code == SQLITE_OK) code = CopyAll(memory, source);
  sqlite3_close(source);
  if (code != SQLITE_OK) {
    return Fail(code == SQLITE_NOTADB ? ErrorKind::kUsage : ErrorKind::kOutput,
                file.string() + ": the ledger cannot be read: " + sqlite3_errstr(code));
  }
  return {};
}

}  // namespace

Result<Database> Database::Open(const std::filesystem::path& file, OpenMode mode) {
  std::error_code ignored;
  if (mode == OpenMode::kRead && !std::filesystem::exists(file, ignored)) {
    return Fail(ErrorKind::kUsage, file.string() + ": no such ledger");
  }
  if (mode == OpenMode::kWrite) {
    // SQLite gives its logs the mode of the database.
    const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
  }
  Database database;
  database.connection_.reset(new Connection);
  sqlite3*& db = database.connection_->db;
  const std::string name = mode == OpenMode::kScratch ? ":memory:" : file.string();
  if (sqlite3_open_v2(name.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) != SQLITE_OK) {
    return FailOf(db, ErrorKind::kOutput, file.string() + ": the ledger cannot be opened");
  }
  sqlite3_extended_result_codes(db, 0);
  sqlite3_busy_timeout(db, kBusyTimeoutMs);
  if (mode == OpenMode::kScratch) {
    TRY(CopyInto(db, file));
  }
  // FULL: what a person decided or what was handed over must survive a power cut, too.
  auto set =
      database.Execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL;");
  if (set && mode == OpenMode::kWrite) set = database.Execute("PRAGMA journal_mode = WAL;");
  if (set && mode == OpenMode::kRead) set = database.Execute("PRAGMA query_only = ON;");
  if (set && !database.Pragma("schema_version")) set = database.Execute("SELECT 1 FROM sqlite_schema;");
  if (!set) return Fail(set.error().kind, file.string() + ": " + set.error().message);
  return database;
}

Result<void> Database::Execute(std::string_view sql) {
  if (sqlite3_exec(connection_->db, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return FailOf(connection_->db, ErrorKind::kOutput, "ledger");
  }
  return {};
}

Result<Statement*> Database::Prepare(std::string_view sql) {
  const auto [place, is_new] = statements_.try_emplace(std::string(sql));
  Statement& statement = place->second;
  if (is_new) {
    statement.handle_.reset(new Statement::Handle);
    const int code = sqlite3_prepare_v3(connection_->db, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement.handle_->statement, nullptr);
    if (code != SQLITE_OK) {
      statements_.erase(place);
      return FailOf(connection_->db, ErrorKind::kInternal, "ledger: " + std::string(sql));
    }
  }
  statement.Reset();
  return &statement;
}

Result<std::int64_t> Database::Pragma(std::string_view name) {
  TRY_ASSIGN(const auto statement, Prepare("PRAGMA " + std::string(name)));
  TRY_ASSIGN(const auto row, statement->Step());
  const std::int64_t value = row ? statement->Int(0) : 0;
  statement->Reset();
  return value;
}

Result<std::string> Database::Copy() {
  // By way of memory: what cannot be read is an error then; serialized at once it would be zeros.
  TRY_ASSIGN(auto memory, Open({}, OpenMode::kScratch));
  sqlite3* const to = memory.connection_->db;
  const int code = CopyAll(to, connection_->db);
  if (code != SQLITE_OK) {
    return Fail(ErrorKind::kOutput, std::string("ledger: cannot be copied: ") + sqlite3_errstr(code));
  }
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(sqlite3_serialize(to, "main", &size, 0),
                                                                      &sqlite3_free);
  if (bytes == nullptr) return Fail(ErrorKind::kOutput, "ledger: cannot be copied: not enough memory");
  return std::string(reinterpret_cast<const char*>(bytes.get()), static_cast<std::size_t>(size));
}

bool Database::InTransaction() const { return sqlite3_get_autocommit(connection_->db) == 0; }
std::int64_t Database::LastInsertId() const { return sqlite3_last_insert_rowid(connection_->db); }
std::int64_t Database::Changes() const { return sqlite3_changes64(connection_->db); }

Result<Transaction> Transaction::Begin(Database& database) {
  if (database.InTransaction()) return Transaction(nullptr);
  // Immediate: a transaction that turned from reading to writing could not wait for another writer.
  TRY(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(&database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  // Nothing is lost when this fails: closing the connection rolls back, too.
  if (database_ != nullptr) (void)database_->Execute("ROLLBACK");
}

Result<void> Transaction::Commit() {
  if (database_ == nullptr) return {};
  auto committed = database_->Execute("COMMIT");
  if (committed) database_ = nullptr;
  return committed;
}

Result<void> Migrate(Database& database, std::span<const std::string_view> steps, std::string_view name) {
  TRY_ASSIGN(const auto version, database.Pragma("user_version"));
  TRY_ASSIGN(const auto application, database.Pragma("application_id"));
  const auto known = static_cast<std::int64_t>(steps.size());
  if (application != kApplicationId && (version != 0 || application != 0)) {
    return Fail(ErrorKind::kUsage, std::string(name) + ": a database of another program, not a ledger");
  }
  if (version < 0) {
    return Fail(ErrorKind::kOutput, std::string(name) + ": the ledger is damaged: schema " +
                                        std::to_string(version) + "; put the newest backup in its place");
  }
  if (version > known) {
    return Fail(ErrorKind::kUsage, std::string(name) + ": written by a newer gradphoto (schema " +
                                       std::to_string(version) + ", known up to " + std::to_string(known) +
                                       "); use that one");
  }
  if (version == known) return {};
  TRY_ASSIGN(auto transaction, Transaction::Begin(database));
  for (std::int64_t step = version; step < known; ++step) {
    TRY(database.Execute(steps[static_cast<std::size_t>(step)]));
  }
  const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                            "; PRAGMA user_version = " + std::to_string(known) + ";";
  TRY(database.Execute(stamp));
  return transaction.Commit();
}

}  // namespace gradphoto::ledger
