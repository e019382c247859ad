@echo off
rem Starts Simoom's command line on Windows: finds a JDK 25 or newer, builds what is not built, runs.
rem   JAVA_HOME   the JDK to prefer      JAVA_OPTS   more options for the JVM, such as -Xmx8g
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "ROOT=%ROOT:~0,-1%"
set "JDK="

if defined JAVA_HOME call :try "%JAVA_HOME%"
if not defined JDK for /f "delims=" %%j in ('where java 2^>nul') do call :try "%%~dpj.."
if not defined JDK for %%p in ("Eclipse Adoptium" Java Microsoft Zulu "Amazon Corretto" BellSoft) do (
  for /d %%d in ("%ProgramFiles%\%%~p\*") do call :try "%%d"
)
if not defined JDK for /d %%d in ("%USERPROFILE%\.jdks\*") do call :try "%%d"
if not defined JDK (
  echo simoom: found no JDK 25 or newer. Looked at JAVA_HOME, PATH and the usual JDK folders. 1>&2
  echo simoom: Get one from https://adoptium.net and set JAVA_HOME to its folder. 1>&2
  exit /b 1
)

set "STAMP=%ROOT%\target\launcher.stamp"
powershell -NoProfile -Command ^
  "if (-not (Test-Path $env:STAMP)) { exit 1 };" ^
  "$built = (Get-Item $env:STAMP).LastWriteTimeUtc;" ^
  "$in = @('pom.xml'); 'kernels\core','kernels\tornado','tensor','nn','optim','models','bench' | %% { $in += ($_ + '\pom.xml'), ($_ + '\src\main') };" ^
  "$new = Get-ChildItem -Recurse ($in | %% { Join-Path $env:ROOT $_ }) | ? { $_.LastWriteTimeUtc -gt $built } | Select -First 1;" ^
  "if ($new) { exit 1 }"
if not errorlevel 1 goto run

where mvn >nul 2>nul
if errorlevel 1 (
  echo simoom: needs Apache Maven to build itself, and there is no mvn on PATH: https://maven.apache.org 1>&2
  exit /b 1
)
echo Building Simoom ... 1>&2
if not exist "%ROOT%\target" mkdir "%ROOT%\target"
type nul >"%STAMP%.new"
set "CALLER_JAVA_HOME=%JAVA_HOME%"
set "JAVA_HOME=%JDK%"
call mvn -q -B -ntp -f "%ROOT%\pom.xml" -pl bench -am -Dexec.skip process-classes >"%ROOT%\target\launcher.log" 2>&1
if errorlevel 1 (
  type "%ROOT%\target\launcher.log" 1>&2
  echo simoom: the build failed; its output is above and in "%ROOT%\target\launcher.log". 1>&2
  exit /b 1
)
set "JAVA_HOME=%CALLER_JAVA_HOME%"
move /y "%STAMP%.new" "%STAMP%" >nul

:run
set "CP=%ROOT%\bench\target\classes;%ROOT%\models\target\classes;%ROOT%\optim\target\classes;%ROOT%\nn\target\classes"
set "CP=%CP%;%ROOT%\tensor\target\classes;%ROOT%\kernels\core\target\classes;%ROOT%\kernels\tornado\target\classes;%ROOT%\bench\target\lib\*"
"%JDK%\bin\java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED ^
  -XX:+UseParallelGC -XX:MaxRAMPercentage=40 "-Dsimoom.home=%ROOT%" %JAVA_OPTS% -cp "%CP%" dev.simoom.models.cli.Main %*
exit /b %errorlevel%

rem try HOME: sets JDK if this is a whole JDK of version 25 or newer; the file `release` tells.
:try
if defined JDK exit /b
if not exist "%~1\bin\javac.exe" exit /b
if not exist "%~1\release" exit /b
for /f "usebackq tokens=2 delims==" %%v in (`findstr /b JAVA_VERSION= "%~1\release"`) do (
  for /f "tokens=1 delims=.-+" %%m in (%%v) do if %%m geq 25 set "JDK=%~f1"
)
exit /b
