# SPDX-License-Identifier: Apache-2.0
# cmake -DCXX=<compiler> -DFLAGS=<flags> -DSOURCE=<misspelt_code.cc> -P misspelt_code.cmake
# A code of the table compiles, a misspelt one does not, and it is the code that the compiler complains about.
separate_arguments(FLAGS UNIX_COMMAND "${FLAGS}")
foreach(spelling right misspelt misspelt_among_several)
  execute_process(
    COMMAND ${CXX} ${FLAGS} -fsyntax-only -DSPELLING_${spelling} ${SOURCE}
    RESULT_VARIABLE result ERROR_VARIABLE said)
  if(spelling STREQUAL right)
    if(NOT result EQUAL 0)
      message(FATAL_ERROR "a code of the table does not compile:\n${said}")
    endif()
  elseif(result EQUAL 0)
    message(FATAL_ERROR "${spelling}: compiles")
  elseif(NOT said MATCHES "lib/standard/code_table.h")
    message(FATAL_ERROR "${spelling}: does not compile, but for another reason:\n${said}")
  endif()
endforeach()
