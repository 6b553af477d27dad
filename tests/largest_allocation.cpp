// SPDX-License-Identifier: MIT
// Remembers the largest single allocation: what is never held whole needs none of its size. In a file of its
// own, as g++ warns of a replaced allocation that it sees through.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

std::size_t largest_allocation = 0;

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  largest_allocation = (std::max)(largest_allocation, size);
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* const memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

// The library's own would do; a sanitizer's are not told of the above.
void* operator new[](std::size_t size) {
  return operator new(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
