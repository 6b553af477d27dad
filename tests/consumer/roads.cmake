# The tests that build a consumer outside the tree by each road. Included by tests/CMakeLists.txt.
set(stage ${PROJECT_BINARY_DIR}/stage)
set(consumer ${CMAKE_CURRENT_SOURCE_DIR}/consumer)
add_test(NAME "package: install" COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --prefix ${stage})
set_tests_properties("package: install" PROPERTIES FIXTURES_SETUP stage)

# viewership_consumer_test(NAME option...): configures, builds and runs the consumer with these options.
function(viewership_consumer_test name)
  add_test(NAME "consumer: ${name}"
    COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${consumer} ${PROJECT_BINARY_DIR}/consumer/${name}
      --build-generator ${CMAKE_GENERATOR} --build-noclean
      --build-options ${ARGN} -DVIEWERSHIP_SOURCE=${PROJECT_SOURCE_DIR} -DCMAKE_PREFIX_PATH=${stage}
        -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wconversion -Wshadow -Werror"
      --test-command ${CMAKE_CTEST_COMMAND} --output-on-failure --no-tests=error)
  set_tests_properties("consumer: ${name}" PROPERTIES FIXTURES_REQUIRED stage)
endfunction()

# viewership_refusal_test(NAME MESSAGE option...): configuring the consumer fails, and says so.
function(viewership_refusal_test name message)
  add_test(NAME "consumer: ${name}"
    COMMAND ${CMAKE_COMMAND} -S ${consumer} -B ${PROJECT_BINARY_DIR}/consumer/${name} -G ${CMAKE_GENERATOR}
      -DHOW=find_package -DCMAKE_PREFIX_PATH=${stage} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} ${ARGN})
  set_tests_properties("consumer: ${name}" PROPERTIES FIXTURES_REQUIRED stage PASS_REGULAR_EXPRESSION "${message}")
endfunction()

add_test(NAME "consumer: plain_include"
  COMMAND ${CMAKE_CXX_COMPILER} -std=c++20 -Wall -Wextra -Werror -fsyntax-only -I ${PROJECT_SOURCE_DIR}/include ${consumer}/main.cpp)
viewership_consumer_test(add_subdirectory -DHOW=add_subdirectory)
viewership_consumer_test(fetch_content -DHOW=fetch_content)
# An unwanted component costs nothing, not even its package.
viewership_consumer_test(find_package -DHOW=find_package -DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON
  -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON -DCMAKE_DISABLE_FIND_PACKAGE_simdjson=ON)
set(components "")
foreach(component IN ITEMS inference fmt ndjson)
  if(TARGET viewership::${component})
    list(APPEND components ${component})
  endif()
endforeach()
list(JOIN components "," components)
viewership_consumer_test(find_package_components -DHOW=find_package "-DCOMPONENTS=${components}")

viewership_refusal_test(wrong_version "requested version \"9.9\"" -DWANTED_VERSION=9.9)
viewership_refusal_test(unknown_component "viewership has no component .nonsense." -DCOMPONENTS=nonsense)
if(TARGET viewership::fmt)
  viewership_refusal_test(missing_package "'fmt' of viewership needs the package fmt 9.1"
    -DCOMPONENTS=fmt -DCMAKE_DISABLE_FIND_PACKAGE_fmt=ON)
endif()
