"""The first-day demonstration: MuJoCo is truth, a policy drives it, and a learned candidate runs beside it.

Truth goes on /joint_states, the candidate on /simgate/candidate/joint_states, how far apart they are on
/simgate/divergence and /diagnostics. Both may be looked at in Lichtblick, Foxglove or rviz.
"""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate


def argument(name, default, description):
    return DeclareLaunchArgument(name, default_value=default, description=description)


def generate_launch_description():
    given = LaunchConfiguration
    return LaunchDescription(
        [
            argument("scenario", "cartpole", "a bundled scenario, or the path of a manifest"),
            argument("world", "ensemble", "the candidate: a world of the scenario"),
            argument("policy", "lqr", "a policy of the scenario; nothing: whoever else commands"),
            argument("start", "next", "where truth's episodes begin: #n of the panel, next, or key=value,…"),
            argument("resync_every", "50", "control steps after which the candidate is put where truth is; 0: never"),
            IncludeLaunchDescription(
                PythonLaunchDescriptionSource(str(SIMGATE / "launch/replace.launch.py")),
                launch_arguments={
                    "scenario": given("scenario"),
                    "world": "",
                    "policy": given("policy"),
                    "start": given("start"),
                    "sync": "free-running",
                    "name": "truth",
                }.items(),
            ),
            Node(
                executable="node",
                arguments=[str(SIMGATE / "dist/cli/main.js"), "bridge", str(SIMGATE / "configs/beside.yaml")],
                name="simgate",
                output="both",
                parameters=[
                    {
                        "scenario": ParameterValue(given("scenario"), value_type=str),
                        "world": ParameterValue(given("world"), value_type=str),
                        "truth.epoch": "/truth/epoch",
                        "resync.everySteps": ParameterValue(given("resync_every"), value_type=int),
                    }
                ],
            ),
        ]
    )
