// SPDX-License-Identifier: MIT
// Remembers the largest single allocation: what is never held whole needs none of its size. In a file of its
// own, as g++ warns of a replaced allocation that it sees through.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

std::size_t largest_allocation = 0;

void* operator new(std::size_t size) {
  largest_allocation = (std::max)(largest_allocation, size);
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
