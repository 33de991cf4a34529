// Threads that work together and meet.
#include "kernels/team.h"

#include <doctest/doctest.h>
#include <time.h>

#include <chrono>
#include <stdexcept>
#include <string>

namespace querl {
namespace {

TEST_CASE("every thread of a team works once in each round") {
  for (const int threads : {1, 2, 5}) {
    Team team(threads);
    REQUIRE(team.threads() == threads);
    std::vector<int> calls(static_cast<size_t>(threads));
    for (int round = 1; round <= 200; ++round) {
      team.run([&](int thread) { ++calls[static_cast<size_t>(thread)]; });
      for (const int count : calls) REQUIRE(count == round);
    }
  }
}

// Each thread adds its neighbours' numbers, which is right only if all see what all wrote: the
// numbers are not atomic, so that the thread sanitizer is a witness too.
TEST_CASE("what threads wrote before they met is seen by all") {
  for (const int threads : {2, 3, 8}) {
    Team team(threads);
    const auto count = static_cast<size_t>(threads);
    std::vector<int64_t> even(count, 1), odd(count);
    for (int round = 0; round < 20; ++round) {
      team.run([&](int thread) {
        const auto own = static_cast<size_t>(thread);
        for (int step = 0; step < 10; ++step) {
          std::vector<int64_t>& from = step % 2 == 0 ? even : odd;
          std::vector<int64_t>& to = step % 2 == 0 ? odd : even;
          to[own] = from[(own + 1) % count] + from[(own + count - 1) % count];
          team.meet();
        }
      });
      for (const int64_t number : even) REQUIRE(number == 1024);
      for (int64_t& number : even) number = 1;
    }
  }
}

TEST_CASE("an exception of one thread ends the round, and the next one works") {
  Team team(4);
  for (const int culprit : {0, 2}) {
    for (const int step : {0, 1, 3}) {
      CHECK_THROWS_WITH_AS(team.run([&](int thread) {
        for (int i = 0; i < 4; ++i) {
          if (thread == culprit && i == step) throw std::runtime_error("enough");
          team.meet();
        }
      }),
                           "enough", std::runtime_error);
      std::atomic<int> met{0};
      team.run([&](int) {
        team.meet();
        ++met;
      });
      CHECK(met == 4);
    }
  }
  CHECK_THROWS_AS(team.run([](int) { throw std::runtime_error("all"); }), std::runtime_error);
}

TEST_CASE("a team that waits sleeps") {
  Team team(3);
  team.run([](int) {});
  const auto processor_time = [] {
    timespec spent{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return static_cast<double>(spent.tv_sec) + 1e-9 * static_cast<double>(spent.tv_nsec);
  };
  // Two threads that spun would take twice the time that goes by.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const double before = processor_time();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  CHECK(processor_time() - before < 0.1);
  int woken = 0;
  team.run([&](int thread) {
    if (thread == 0) ++woken;
  });
  CHECK(woken == 1);
}

}  // namespace
}  // namespace querl
