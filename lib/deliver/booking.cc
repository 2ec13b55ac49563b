// SPDX-License-Identifier: Apache-2.0
#include "lib/deliver/booking.h"

#include <vector>

#include "lib/ledger/delivery.h"

namespace gradphoto::deliver {

Result<void> BookPack(ledger::Ledger& ledger, std::span<const Record> records, const PackPlan& plan,
                      const std::filesystem::path& directory, const ledger::Moment& now) {
  std::vector<ledger::PackedRecord> photos;
  for (const PackedPhoto& photo : plan.photos) photos.push_back({&records[photo.record], photo.file});
  return ledger::BookDelivery(ledger, photos, directory, now);
}

}  // namespace gradphoto::deliver
