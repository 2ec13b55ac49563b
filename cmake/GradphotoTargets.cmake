# SPDX-License-Identifier: Apache-2.0
# The three kinds of target this project has. Sources are always listed by hand.

add_library(gradphoto_warnings INTERFACE)
# -Wrestrict of g++ 12 warns about std::string operator+ itself (GCC bug 105651), clang about
# std::stable_sort of libstdc++ 12.
target_compile_options(gradphoto_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                       -Wno-sign-conversion $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                       $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations> -Wnon-virtual-dtor -Woverloaded-virtual)
# Debian 12's compiler: others find other warnings, which should not keep anybody from building.
if(GRADPHOTO_WARNINGS_AS_ERRORS AND CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(gradphoto_warnings INTERFACE -Werror)
endif()
# The programs read foreign bytes: an index out of range ends them instead of reading on. Not measurable in photos/s.
add_compile_definitions(_GLIBCXX_ASSERTIONS)
# What Debian hardens its own packages with; tests/packaging reads the programs for it. -pie is for programs only, and
# this project has no shared library.
add_compile_options(-fPIE -fstack-protector-strong -fstack-clash-protection)
add_link_options(-pie -Wl,-z,relro,-z,now)
if(GRADPHOTO_SANITIZE STREQUAL "")  # The sanitizers replace the functions that are fortified.
  add_compile_options("$<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=3>")
endif()
if(GRADPHOTO_SANITIZE STREQUAL "address")
  # A null pointer ends in ASan's report anyway, and x86 and arm64 read unaligned; these two checks, at every
  # access, cost as much compile time as all others together.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null,alignment -fno-sanitize-recover=undefined
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)  # The counters that guide the fuzzers (tests/fuzz/targets).
    add_compile_options(-fsanitize=fuzzer-no-link)
  endif()
elseif(GRADPHOTO_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(NOT GRADPHOTO_SANITIZE STREQUAL "")
  message(FATAL_ERROR "GRADPHOTO_SANITIZE: '${GRADPHOTO_SANITIZE}' is neither empty, 'address' nor 'thread'")
endif()

# Of the installed ONNX Runtime, which is nobody else's business.
set(GRADPHOTO_PRIVATE_LIBDIR lib/gradphoto)

# gradphoto_add_library(<folder> SOURCES a.cc b.cc PUBLIC gradphoto::base ... PRIVATE yaml-cpp ...)
function(gradphoto_add_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(gradphoto_${folder} STATIC ${ARG_SOURCES})
  add_library(gradphoto::${folder} ALIAS gradphoto_${folder})
  target_include_directories(gradphoto_${folder} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(gradphoto_${folder} PUBLIC ${ARG_PUBLIC} PRIVATE $<BUILD_INTERFACE:gradphoto_warnings> ${ARG_PRIVATE})
  set_target_properties(gradphoto_${folder} PROPERTIES EXPORT_NAME ${folder} UNITY_BUILD ${GRADPHOTO_UNITY}
                        UNITY_BUILD_BATCH_SIZE 20)
  install(TARGETS gradphoto_${folder} EXPORT gradphoto ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev
          INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradphoto)
endfunction()

# gradphoto_add_tool(<name> SOURCES <folder>/x.cc ... LIBS gradphoto::pipeline ...): builds bin/<name> from
# cli/<name>.cc and, where one file would be too long, the files of its folder
function(gradphoto_add_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${name}.cc ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE gradphoto_warnings gradphoto_cli_common ${ARG_LIBS})
  set_target_properties(${name} PROPERTIES INSTALL_RPATH "$ORIGIN/../${GRADPHOTO_PRIVATE_LIBDIR}"
                        UNITY_BUILD ${GRADPHOTO_UNITY} UNITY_BUILD_BATCH_SIZE 20)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT runtime)
  set_property(GLOBAL APPEND PROPERTY GRADPHOTO_TOOLS ${name})
endfunction()

# gradphoto_add_test(<folder> SOURCES x_test.cc ... LIBS ...): one doctest binary per folder, CTest name = folder. The
# cases of files x_data_test.cc need calibration data (tests/support/data.h) and make the entry <folder>.data.
function(gradphoto_add_test folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${folder}_test ${ARG_SOURCES})
  target_link_libraries(${folder}_test PRIVATE gradphoto_warnings gradphoto_test_support ${ARG_LIBS})
  add_test(NAME ${folder} COMMAND ${folder}_test --source-file-exclude=*_data_test.cc)
  set(environment "GRADPHOTO_SOURCE_DIR=${PROJECT_SOURCE_DIR};GRADPHOTO_BIN_DIR=${CMAKE_BINARY_DIR}/bin")
  set_tests_properties(${folder} PROPERTIES ENVIRONMENT "${environment}")
  if(ARG_SOURCES MATCHES "_data_test\\.cc")
    add_test(NAME ${folder}.data COMMAND ${folder}_test --source-file=*_data_test.cc)
    set_tests_properties(${folder}.data PROPERTIES ENVIRONMENT "${environment}" SKIP_RETURN_CODE 77 LABELS data)
  endif()
endfunction()

# gradphoto_embed(<folder> NAMESPACE a::b FILES kName=assets/x.css ...): the text of each file becomes the
# std::string_view that lib/<folder>/assets.h declares; a changed file is taken in by the next build.
function(gradphoto_embed folder)
  cmake_parse_arguments(ARG "" "NAMESPACE" "FILES" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/assets.cc)
  set(entries)
  set(paths)
  foreach(entry IN LISTS ARG_FILES)
    string(REGEX REPLACE "=(.+)$" "=${CMAKE_CURRENT_SOURCE_DIR}/\\1" entry "${entry}")
    string(REGEX REPLACE "^[^=]+=" "" path "${entry}")
    list(APPEND entries "${entry}")
    list(APPEND paths "${path}")
  endforeach()
  list(JOIN entries "|" joined)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=lib/${folder}/assets.h -DNAMESPACE=${ARG_NAMESPACE}
            "-DFILES=${joined}" -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${paths} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  target_sources(gradphoto_${folder} PRIVATE ${output})
  set_source_files_properties(${output} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
