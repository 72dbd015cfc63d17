"""An exam across ROS 2: truth is a simulator in a process of its own, here MuJoCo, asked by simulation_interfaces."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import (
    DeclareLaunchArgument,
    EmitEvent,
    ExecuteProcess,
    GroupAction,
    IncludeLaunchDescription,
    RegisterEventHandler,
)
from launch.event_handlers import OnProcessExit, OnProcessIO
from launch.events import Shutdown
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate


def argument(name, default, description):
    return DeclareLaunchArgument(name, default_value=default, description=description)


def generate_launch_description():
    given = LaunchConfiguration
    exam = ExecuteProcess(
        cmd=[
            *["node", str(SIMGATE / "dist/cli/main.js"), "exam", given("scenario")],
            *["--world", given("world"), "--truth", "ros:/truth", "--policy", given("policies")],
            *["--starts", given("starts"), "--without", given("without"), "--out", given("out")],
        ],
        output="screen",
    )
    begun = []

    def begin_exam(event):
        """Truth takes a while to open its world: until it says that it hosts it, nobody would answer the exam."""
        if begun or b" hosts " not in event.text:
            return None
        begun.append(exam)
        return exam

    return LaunchDescription(
        [
            argument("scenario", "cartpole", "a bundled scenario"),
            argument("world", "ensemble", "the candidate: a world of the scenario"),
            argument("policies", "lqr,timid", "policies of the scenario, with commas between"),
            argument("starts", "8", "how many starts of the panel each policy is given"),
            argument("without", "stressors,boundary,attribution", "parts to leave out: truth is one lane here"),
            argument("out", "simgate-out/exam-over-ros", "folder of the evidence"),
            # In a group of its own: what an included file is given, it would change here too.
            GroupAction(
                [
                    IncludeLaunchDescription(
                        PythonLaunchDescriptionSource(str(SIMGATE / "launch/replace.launch.py")),
                        launch_arguments={
                            "scenario": given("scenario"),
                            "world": "",
                            "policy": "",
                            "play": "false",
                            "at_end": "continue",
                            "name": "truth",
                        }.items(),
                    )
                ]
            ),
            RegisterEventHandler(OnProcessIO(on_stderr=begin_exam)),
            RegisterEventHandler(OnProcessExit(target_action=exam, on_exit=EmitEvent(event=Shutdown()))),
        ]
    )
