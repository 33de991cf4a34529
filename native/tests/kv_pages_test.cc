#include "lm/kv_pages.h"

#include <doctest/doctest.h>

namespace querl {
namespace {

constexpr int64_t kPageBytes = 4096;

std::unique_ptr<KvStore> store() { return std::make_unique<HostKvStore>(kPageBytes); }

TEST_CASE("a session takes a page for every 32 tokens and gives all back") {
  KvPool pool(store(), 4);
  {
    KvPages pages(pool);
    CHECK(pages.reserve(32));
    CHECK(pool.used() == 1);
    CHECK(pages.missing(33) == 1);
    CHECK(pages.reserve(33));
    CHECK(pool.used() == 2);
    CHECK(pages.reserve(10));
    CHECK(pool.used() == 2);
  }
  CHECK(pool.used() == 0);
}

TEST_CASE("a reservation that does not fit changes nothing") {
  KvPool pool(store(), 2);
  KvPages pages(pool);
  CHECK(pages.reserve(32));
  CHECK_FALSE(pages.reserve(97));
  CHECK(pages.count() == 1);
  CHECK(pool.free() == 1);
}

TEST_CASE("a fork shares full pages and copies the partial one") {
  KvPool pool(store(), 8);
  KvPages parent(pool);
  REQUIRE(parent.reserve(80));
  for (int64_t page = 0; page < 3; ++page)
    for (int64_t i = 0; i < kPageBytes; ++i)
      parent.data()[page][i] = static_cast<std::byte>(page * 100 + i % 97);

  KvPages child(pool);
  REQUIRE(child.fork(parent, 70));
  CHECK(pool.used() == 4);
  CHECK(child.data()[0] == parent.data()[0]);
  CHECK(child.data()[1] == parent.data()[1]);
  CHECK(child.data()[2] != parent.data()[2]);
  for (int64_t i = 0; i < kPageBytes; ++i)
    REQUIRE(child.data()[2][i] == static_cast<std::byte>(200 + i % 97));
  CHECK(parent.exclusive() == 1);

  child.data()[2][5] = std::byte{7};
  CHECK(parent.data()[2][5] == std::byte{205});

  parent.clear();
  CHECK(pool.used() == 3);  // the child keeps what both shared
  CHECK(child.data()[0][7] == std::byte{7});
  CHECK(child.exclusive() == 3);
}

TEST_CASE("a fork at the end of a page copies nothing and needs no free page") {
  KvPool pool(store(), 2);
  KvPages parent(pool), child(pool), late(pool);
  REQUIRE(parent.reserve(64));
  CHECK(child.fork(parent, 64));
  CHECK(pool.used() == 2);
  CHECK_FALSE(late.fork(parent, 40));
  CHECK(late.empty());
}

TEST_CASE("pages that were given back are used again") {
  KvPool pool(store(), 2);
  KvPages pages(pool);
  REQUIRE(pages.reserve(64));
  std::byte* const last = pages.data()[1];
  pages.clear();
  REQUIRE(pages.reserve(32));
  CHECK(pages.data()[0] == last);
}

}  // namespace
}  // namespace querl
