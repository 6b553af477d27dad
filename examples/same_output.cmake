# Runs PROGRAM and compares what it prints with the file EXPECTED, byte by byte.
#   cmake -DPROGRAM=... -DEXPECTED=... -DPRINTED=(where to keep it) -P same_output.cmake
execute_process(COMMAND ${PROGRAM} OUTPUT_FILE ${PRINTED} COMMAND_ERROR_IS_FATAL ANY)
file(SHA256 ${PRINTED} printed)
file(SHA256 ${EXPECTED} expected)
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "${PROGRAM} no longer prints ${EXPECTED}, see ${PRINTED}")
endif()
