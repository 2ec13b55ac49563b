# Finds ONNX Runtime (headers and shared library) and defines the imported target
#
#   onnxruntime::onnxruntime
#
# Looked for in this order; nothing is ever downloaded:
#   1. ONNXRUNTIME_ROOT (CMake or environment variable), a folder with include/ and lib/;
#   2. an installed ONNX Runtime that brings its own CMake package;
#   3. build/third_party/onnxruntime, which scripts/setup fills.

include(FindPackageHandleStandardArgs)

set(ONNXRUNTIME_ROOT "$ENV{ONNXRUNTIME_ROOT}" CACHE PATH "Folder of an ONNX Runtime (include/ and lib/)")

if(NOT ONNXRUNTIME_ROOT AND NOT TARGET onnxruntime::onnxruntime)
  find_package(onnxruntime CONFIG QUIET)
endif()

if(TARGET onnxruntime::onnxruntime)
  set(ONNXRuntime_LIBRARY onnxruntime::onnxruntime)
  find_package_handle_standard_args(ONNXRuntime REQUIRED_VARS ONNXRuntime_LIBRARY)
  return()
endif()

if(ONNXRUNTIME_ROOT)
  set(_onnxruntime_root "${ONNXRUNTIME_ROOT}")
else()
  set(_onnxruntime_root "${PROJECT_SOURCE_DIR}/build/third_party/onnxruntime")
endif()

# Not cached: a changed ONNXRUNTIME_ROOT or a later scripts/setup takes effect at the next configure.
unset(ONNXRuntime_INCLUDE_DIR CACHE)
unset(ONNXRuntime_LIBRARY CACHE)
find_path(
  ONNXRuntime_INCLUDE_DIR onnxruntime_cxx_api.h
  PATHS "${_onnxruntime_root}/include"
  PATH_SUFFIXES onnxruntime onnxruntime/core/session
  NO_DEFAULT_PATH)
find_library(
  ONNXRuntime_LIBRARY onnxruntime
  PATHS "${_onnxruntime_root}/lib" "${_onnxruntime_root}/lib/${CMAKE_LIBRARY_ARCHITECTURE}"
  NO_DEFAULT_PATH)

find_package_handle_standard_args(
  ONNXRuntime
  REQUIRED_VARS ONNXRuntime_LIBRARY ONNXRuntime_INCLUDE_DIR
  REASON_FAILURE_MESSAGE
    "nothing usable in ${_onnxruntime_root}. Run scripts/setup, or give -DONNXRUNTIME_ROOT=<folder with include/ and lib/> (see models/README.md).")

if(ONNXRuntime_FOUND)
  # The file behind the links: that is what install() must copy, under the name that programs ask for.
  file(REAL_PATH "${ONNXRuntime_LIBRARY}" ONNXRuntime_library_file)
  add_library(onnxruntime::onnxruntime SHARED IMPORTED)
  set_target_properties(
    onnxruntime::onnxruntime
    PROPERTIES IMPORTED_LOCATION "${ONNXRuntime_library_file}"
               INTERFACE_INCLUDE_DIRECTORIES "${ONNXRuntime_INCLUDE_DIR}")
endif()
mark_as_advanced(ONNXRuntime_INCLUDE_DIR ONNXRuntime_LIBRARY)
