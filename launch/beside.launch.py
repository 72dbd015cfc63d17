"""The first-day demonstration: MuJoCo is truth, a policy drives it, and a learned candidate runs beside it.

Truth goes on the scenario's topics, the candidate's copies on /simgate/candidate/..., where things are on /tf with the
candidate's under candidate/, both with the arrow between them on /simgate/markers (rviz, Lichtblick, Foxglove: fixed frame
`world`), how far apart they are on /simgate/divergence and /diagnostics.
"""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, GroupAction, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PythonExpression
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

SIMGATE = Path(__file__).resolve().parent.parent  # a clone, or share/simgate


def argument(name, default, description):
    return DeclareLaunchArgument(name, default_value=default, description=description)


def generate_launch_description():
    given = LaunchConfiguration
    return LaunchDescription(
        [
            argument("scenario", "tabletop-push", "a bundled scenario, or the path of a manifest"),
            argument("world", "gru", "the candidate: a world of the scenario"),
            argument("policy", "careful", "a policy of the scenario; nothing: whoever else commands"),
            argument("start", "next", "where truth's episodes begin: #n of the panel, next, or key=value,…"),
            argument("resync_every", "50", "control steps after which the candidate is put where truth is; 0: never"),
            argument("view", "false", "true: show it in simgate's own viewer, in the browser"),
            argument("port", "8765", "of the viewer"),
            # In a group of its own: what an included file is given, it would change here too.
            GroupAction(
                [
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
                    )
                ]
            ),
            Node(
                executable="node",
                arguments=[
                    *[str(SIMGATE / "dist/cli/main.js"), "bridge", str(SIMGATE / "configs/beside.yaml")],
                    PythonExpression(["'--view' if '", given("view"), "' == 'true' else ''"]),
                    *["--port", given("port")],
                ],
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
