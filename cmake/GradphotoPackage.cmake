# SPDX-License-Identifier: Apache-2.0
# What is installed beside programs, configuration and models; the CMake package; the Debian package. The components:
# runtime is the .deb, dev is what find_package(gradphoto) needs.

# ---- find_package(gradphoto)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gradphoto)
install(DIRECTORY lib DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gradphoto COMPONENT dev FILES_MATCHING PATTERN "*.h"
        PATTERN assets EXCLUDE)
install(EXPORT gradphoto NAMESPACE gradphoto:: FILE gradphoto-targets.cmake DESTINATION ${package_dir} COMPONENT dev)
include(CMakePackageConfigHelpers)
configure_package_config_file(cmake/gradphoto-config.cmake.in ${PROJECT_BINARY_DIR}/gradphoto-config.cmake
                              INSTALL_DESTINATION ${package_dir} PATH_VARS GRADPHOTO_PRIVATE_LIBDIR)
# A MINOR version may change what a header says.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradphoto-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gradphoto-config.cmake ${PROJECT_BINARY_DIR}/gradphoto-config-version.cmake
              cmake/GradphotoDependencies.cmake
        DESTINATION ${package_dir} COMPONENT dev)

# ---- Papers
set(doc_dir ${CMAKE_INSTALL_DATADIR}/doc/gradphoto)
install(FILES packaging/copyright README.md README.zh-CN.md CHANGELOG.md LICENSE DESTINATION ${doc_dir} COMPONENT runtime)
install(FILES models/README.md DESTINATION ${doc_dir} RENAME models.md COMPONENT runtime)
install(DIRECTORY docs/ DESTINATION ${doc_dir}/docs COMPONENT runtime FILES_MATCHING PATTERN "*.md" PATTERN "*.json")
install(FILES configs/job.example.yaml packaging/job.yaml DESTINATION ${doc_dir}/examples COMPONENT runtime)
install(DIRECTORY build/third_party/onnxruntime/ DESTINATION ${doc_dir}/onnxruntime COMPONENT runtime
        FILES_MATCHING PATTERN LICENSE PATTERN ThirdPartyNotices.txt PATTERN include EXCLUDE PATTERN lib EXCLUDE)

# ---- Manual pages, made of the tools' own --help: target `man`
find_program(HELP2MAN help2man)
get_property(tools GLOBAL PROPERTY GRADPHOTO_TOOLS)
if(HELP2MAN)
  set(pages)
  foreach(tool IN LISTS tools)
    set(page ${PROJECT_BINARY_DIR}/man/${tool}.1)
    add_custom_command(OUTPUT ${page} COMMAND ${PROJECT_SOURCE_DIR}/packaging/man-page $<TARGET_FILE:${tool}> ${page}
                       DEPENDS ${tool} gradphoto ${PROJECT_SOURCE_DIR}/packaging/man-page VERBATIM)
    list(APPEND pages ${page})
  endforeach()
  add_custom_target(man DEPENDS ${pages})
  install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT runtime OPTIONAL)
endif()

# ---- Completion, the nightly run
install(FILES packaging/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME gradphoto
        COMPONENT runtime)
foreach(tool IN LISTS tools) # bash-completion loads the file of the command's name
  if(NOT tool STREQUAL gradphoto)
    install(CODE "file(CREATE_LINK gradphoto \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/bash-completion/completions/${tool}\" SYMBOLIC)"
            COMPONENT runtime)
  endif()
endforeach()
install(FILES packaging/_gradphoto DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT runtime)
install(FILES packaging/gradphoto-batch@.service packaging/gradphoto-batch@.timer DESTINATION lib/systemd/system
        COMPONENT runtime)
install(FILES packaging/gradphoto-watch@.service packaging/gradphoto-watch@.timer DESTINATION lib/systemd/user
        COMPONENT runtime)
install(FILES packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME gradphoto.conf COMPONENT runtime)

# ---- The .deb: scripts/package
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME gradphoto)
set(CPACK_PACKAGE_CONTACT "The gradphoto project <gradphoto@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "graduation ID photos: check, standardize, compare, pack, report")
set(CPACK_PACKAGE_DESCRIPTION
    "Turns a directory of students' photos and a roster into an upload-ready batch of standardized ID photos, and a report
that tells every other student exactly what to do again. Everything runs on the machine itself; the programs never open
a network connection. The neural models and ONNX Runtime are included.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};gradphoto;runtime;/")
set(CPACK_COMPONENTS_ALL runtime)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_SOURCE_DIR}/build/third_party/onnxruntime/lib)
# Chinese on overlays, and in man and completion what they need.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-wqy-microhei")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "bash-completion, man-db, systemd")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/postinst)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
